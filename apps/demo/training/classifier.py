"""A small picture classifier for 160 x 160 pictures: tidy, messy or not cabling at all."""
import torch
from torch import nn

from layers import Conv, Stage

LABELS = ["tidy", "messy", "not_cabling"]
SIZE = 160
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Classifier(nn.Module):
    def __init__(self, labels=3):
        super().__init__()
        self.features = nn.Sequential(
            Conv(3, 24, 5, 4), Conv(24, 24), Conv(24, 48, 3, 2), Stage(48, 48),
            Conv(48, 72, 3, 2), Stage(72, 72), Conv(72, 96, 3, 2), Stage(96, 96),
        )
        self.pool, self.drop, self.head = nn.AdaptiveAvgPool2d(1), nn.Dropout(0.1), nn.Linear(96, labels)

    def logits(self, x):
        return self.head(self.drop(self.pool(self.features(x)).flatten(1)))

    def forward(self, x):
        return torch.softmax(self.logits(x), 1)
