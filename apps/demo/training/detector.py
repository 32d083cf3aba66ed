"""A small anchor-free detector for 320 x 320 pictures, and its training loss.

Two scales (strides 8 and 16); every cell predicts its distances to the four sides of a
box and one score per label. Output layout is that of a YOLOv8 head: [1, 4 + labels, cells].
"""
import torch
import torch.nn.functional as F
from torch import nn

from layers import Conv, Stage

SIZE, STRIDES, REACH = 320, (8, 16), 20.0
CELLS = [(SIZE // stride) ** 2 for stride in STRIDES]


class Detector(nn.Module):
    def __init__(self, labels=4, width=(24, 40, 64, 96)):
        super().__init__()
        a, b, c, d = width
        self.labels = labels
        self.stem = nn.Sequential(Conv(3, a, 5, 4), Conv(a, a, 3))      # straight to a quarter: most of the time is spent in large maps
        self.down8 = nn.Sequential(Conv(a, b, 3, 2), Stage(b, b))
        self.down16 = nn.Sequential(Conv(b, c, 3, 2), Stage(c, c, 2))
        self.down32 = nn.Sequential(Conv(c, d, 3, 2), Stage(d, d))
        self.context = Conv(4 * d, d, 1)
        self.up16, self.up8 = Stage(d + c, c, 1, False), Stage(c + b, b, 1, False)
        self.mix8, self.mix16 = Conv(b, b, 3), Conv(c, c, 3)
        self.shape = nn.ModuleList(nn.Conv2d(i, 4, 1) for i in (b, c))
        self.score = nn.ModuleList(nn.Conv2d(i, labels, 1) for i in (b, c))
        for shape, score in zip(self.shape, self.score):
            nn.init.constant_(shape.bias, -0.9)
            nn.init.constant_(score.bias, -4.6)
        grids = []
        for stride in STRIDES:
            n = SIZE // stride
            y, x = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
            grids.append(torch.stack([(x + 0.5) * stride, (y + 0.5) * stride, torch.full((n, n), float(stride))], 0).reshape(3, -1))
        grid = torch.cat(grids, 1)
        self.register_buffer("centre", grid[:2].unsqueeze(0), persistent=False)
        self.register_buffer("stride", grid[2:].unsqueeze(0), persistent=False)

    def raw(self, x):
        """(distances left, top, right, bottom in pixels [B, 4, N], score logits [B, labels, N])."""
        p8 = self.down8(self.stem(x))
        p16 = self.down16(p8)
        pools = [self.down32(p16)]
        for _ in range(3):
            pools.append(F.max_pool2d(pools[-1], 5, 1, 2))
        p32 = self.context(torch.cat(pools, 1))
        n16 = self.up16(torch.cat([F.interpolate(p32, scale_factor=2.0, mode="nearest"), p16], 1))
        n8 = self.up8(torch.cat([F.interpolate(n16, scale_factor=2.0, mode="nearest"), p8], 1))
        levels = [self.mix8(n8), self.mix16(n16)]
        shape = torch.cat([m(f).reshape(-1, 4, n) for m, f, n in zip(self.shape, levels, CELLS)], 2)
        score = torch.cat([m(f).reshape(-1, self.labels, n) for m, f, n in zip(self.score, levels, CELLS)], 2)
        side = torch.sigmoid(shape)
        return side * side * (self.stride * REACH), score

    def forward(self, x):
        """The exported output: rows cx, cy, w, h in input pixels, then label scores."""
        d, score = self.raw(x)
        near, far = self.centre - d[:, :2], self.centre + d[:, 2:]
        return torch.cat([(near + far) * 0.5, far - near, torch.sigmoid(score)], 1)


def ciou(a, b):
    """Complete IoU of box pairs (x0, y0, x1, y1)."""
    inter = (torch.min(a[..., 2:], b[..., 2:]) - torch.max(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    wa, wb = (a[..., 2:] - a[..., :2]).clamp(min=1e-3), (b[..., 2:] - b[..., :2]).clamp(min=1e-3)
    iou = inter / (wa.prod(-1) + wb.prod(-1) - inter + 1e-6)
    span = (torch.max(a[..., 2:], b[..., 2:]) - torch.min(a[..., :2], b[..., :2])).pow(2).sum(-1) + 1e-6
    gap = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2).pow(2).sum(-1)
    v = 0.405 * (torch.atan(wb[..., 0] / wb[..., 1]) - torch.atan(wa[..., 0] / wa[..., 1])).pow(2)
    with torch.no_grad():
        alpha = v / (v - iou + 1.0 + 1e-6)
    return iou, iou - gap / span - alpha * v


def assign(boxes, scores, centre, truth, top=8):
    """Task-aligned assignment: which cells answer for which true box, and how strongly.

    The best cell of every box has target 1 (not its IoU), so that a score reads as the
    probability that the thing is there."""
    marks, want = truth[:, 0].long(), truth[:, 1:]
    x, y = centre[0][None], centre[1][None]
    inside = (x > want[:, 0:1]) & (x < want[:, 2:3]) & (y > want[:, 1:2]) & (y < want[:, 3:4])
    iou, _ = ciou(boxes[None], want[:, None])
    metric = scores[marks].sigmoid().pow(0.5) * iou.clamp(min=0).pow(4) * inside + 1e-9 * inside
    best = metric.topk(min(top, metric.shape[1]), 1)
    chosen = torch.zeros_like(metric).scatter_(1, best.indices, 1.0) * inside
    metric = metric * chosen
    owner = (metric + chosen * iou.clamp(min=0) * 1e-6).argmax(0)
    mine = chosen[owner, torch.arange(chosen.shape[1])] > 0
    strength = metric / (metric.max(1, keepdim=True).values + 1e-12)
    return mine, owner, strength[owner, torch.arange(strength.shape[1])]


def loss(model, pictures, truths):
    d, score = model.raw(pictures)
    boxes = torch.cat([model.centre - d[:, :2], model.centre + d[:, 2:]], 1).transpose(1, 2)
    target = torch.zeros_like(score)
    shape_loss, weight = score.new_zeros(()), 0.0
    for i, truth in enumerate(truths):
        if not len(truth):
            continue
        with torch.no_grad():
            mine, owner, strength = assign(boxes[i], score[i], model.centre[0], truth)
        cells = mine.nonzero()[:, 0]
        target[i, truth[owner[cells], 0].long(), cells] = strength[cells]
        _, quality = ciou(boxes[i, cells], truth[owner[cells], 1:])
        shape_loss = shape_loss + ((1 - quality) * strength[cells]).sum()
        weight += float(strength[cells].sum())
    probability = score.sigmoid().detach()
    focus = torch.where(target > 0, torch.ones_like(target), probability.pow(1.5) * 0.75 + 0.02)   # easy background counts little
    score_loss = (F.binary_cross_entropy_with_logits(score, target, reduction="none") * focus).sum()
    weight = max(weight, 1.0)
    return 2.5 * shape_loss / weight + score_loss / weight
