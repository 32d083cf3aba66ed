"""The few building blocks both networks share; all of them export to plain ONNX operators."""
import torch
from torch import nn


class Conv(nn.Sequential):
    """Convolution, batch norm, ReLU; the norm folds into the convolution on export."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.05),
            nn.ReLU(inplace=True),
        )


class Stage(nn.Module):
    """Split, refine one half with residual pairs, join everything (a small C2f)."""

    def __init__(self, inputs, outputs, repeats=1, residual=True):
        super().__init__()
        half = outputs // 2
        self.half = half
        self.enter, self.leave = Conv(inputs, 2 * half, 1), Conv((2 + repeats) * half, outputs, 1)
        self.steps = nn.ModuleList(nn.Sequential(Conv(half, half), Conv(half, half)) for _ in range(repeats))
        self.residual = residual

    def forward(self, x):
        x = self.enter(x)
        parts = [x[:, :self.half], x[:, self.half:]]
        for step in self.steps:
            y = step(parts[-1])
            parts.append(parts[-1] + y if self.residual else y)
        return self.leave(torch.cat(parts, 1))
