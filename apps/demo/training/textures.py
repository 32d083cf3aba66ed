"""Tileable surface textures: brick, plaster, paving, asphalt, grass, hedge, fence.

Every texture is a square float32 RGB array in linear light that repeats without a seam
and covers a known number of metres. They are costly to make, so that a `Library` makes
each one once and scenes only sample it at another place, scale and tint.
"""
import cv2
import numpy as np


def linear(srgb):
    """sRGB values (0..1, or 0..255 tuples) to linear light; all mixing happens there."""
    a = np.asarray(srgb, np.float32)
    return (a / 255 if a.max() > 1.001 else a) ** 2.2


def fractal(rng, size, first=4, octaves=6, gain=0.55):
    """Tileable fractal noise, zero mean and unit deviation, `size` a power of two."""
    out, amplitude, cells = np.zeros((size, size), np.float32), 1.0, first
    for _ in range(octaves):
        if cells > size:
            break
        grid = np.pad(rng.standard_normal((cells, cells)).astype(np.float32), 2, mode="wrap")
        step = size // cells
        big = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        out += amplitude * big[2 * step:2 * step + size, 2 * step:2 * step + size]
        amplitude, cells = amplitude * gain, cells * 2
    return (out - out.mean()) / (out.std() + 1e-6)


def relief(height, strength, angle=2.2):
    """Brightness factor of a bumpy surface lit from one side (above left by default)."""
    dy = height - np.roll(height, 1, 0)
    dx = height - np.roll(height, 1, 1)
    return np.clip(1 + strength * (np.cos(angle) * dx - np.sin(angle) * dy), 0.35, 1.8)


def masonry(rng, size, cols, rows, joint, base, spread, joint_colour, offset=0.5, rough=0.5):
    """Bricks, blocks, slabs or setts: cells with their own shade, and joints between them."""
    wobble = fractal(rng, size, 8, 6) * 0.0007 * (1 + rough)          # in tile units
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    v = (y + wobble) * rows
    row = np.floor(v).astype(int)
    u = (x + np.roll(wobble, 77, 0)) * cols + offset * (row % 2)
    col = np.floor(u).astype(int)
    edge = np.minimum(np.minimum(u - col, 1 + col - u) / cols,
                      np.minimum(v - row, 1 + row - v) / rows)        # distance in tile units
    body = np.clip((edge - joint * 0.5) / (joint * 0.5 + 1.5 / size), 0, 1)
    shade = rng.normal(0, 1, (rows, cols, 1)).astype(np.float32)
    hue = rng.normal(0, 0.22, (rows, cols, 3)).astype(np.float32)
    cell = np.exp(spread * (shade + hue))[row % rows, col % cols]
    grain = fractal(rng, size, 16, 8, 0.8)
    stain = fractal(rng, size, 2, 5)
    colour = linear(base) * cell * np.exp(0.10 * rough * grain + 0.07 * stain)[..., None]
    seam = linear(joint_colour) * np.exp(0.15 * grain)[..., None]
    height = cv2.GaussianBlur(body, (0, 0), max(0.8, size / 900)) * 6 + grain * 0.35 * rough
    return (seam + (colour - seam) * body[..., None]) * relief(height, 0.16)[..., None]


def plaster(rng, size, base, rough=1.0):
    """Render or concrete: one colour, fine relief, water stains."""
    grain, stain = fractal(rng, size, 32, 8, 0.9), fractal(rng, size, 2, 6)
    colour = linear(base) * np.exp(0.05 * grain + 0.09 * stain)[..., None]
    return colour * relief(grain * rough, 0.10)[..., None]


def asphalt(rng, size, base=(96, 96, 98)):
    """Asphalt or gravel: dense speckle of light and dark stones."""
    stones = fractal(rng, size, size // 16, 5, 0.95)
    stain = fractal(rng, size, 2, 5)
    tint = rng.normal(0, 0.05, (size, size, 3)).astype(np.float32)
    colour = linear(base) * np.exp(0.28 * stones + 0.12 * stain)[..., None] * np.exp(tint)
    return colour * relief(stones, 0.15)[..., None]


def fence(rng, size, boards=14, base=(128, 96, 66)):
    """Upright timber boards with grain and dark gaps."""
    x = np.arange(size, dtype=np.float32) / size * boards
    board = np.floor(x).astype(int)
    gap = np.clip(np.minimum(x - board, board + 1 - x) / 0.05, 0.05, 1)
    shade = np.exp(0.18 * rng.standard_normal(boards))[board]
    grain = cv2.resize(fractal(rng, size, 64, 5, 0.8)[: size // 16], (size, size), interpolation=cv2.INTER_CUBIC)
    stain = fractal(rng, size, 2, 6)
    colour = linear(base) * (shade * gap)[None, :, None]
    return (colour * np.exp(0.16 * grain + 0.10 * stain)[..., None]).astype(np.float32)


def _leaf(rng, length, width, angle):
    t = np.linspace(0, np.pi, 6)
    side = np.sin(t) * width / 2
    along = (t / np.pi - 0.5) * length
    p = np.concatenate([np.stack([along, side], 1), np.stack([along, -side], 1)[::-1]])
    c, s = np.cos(angle), np.sin(angle)
    return p @ np.array([[c, s], [-s, c]])


def hedge(rng, size, base=(74, 104, 44), metres=2.0, leaf=0.05):
    """Thousands of leaves in layers: dark inside, brighter and sharper outside."""
    img = np.ones((size, size, 3), np.float32) * linear(base) * 0.05
    px = size / metres
    count = int(2.2 * metres**2 / (leaf * leaf * 0.35))
    clump = fractal(rng, size, 6, 3)
    for i in range(count):
        depth = i / count
        x, y = rng.random(2) * size
        bright = (0.10 + 0.95 * depth**1.5) * np.exp(0.30 * rng.standard_normal() + 0.25 * clump[int(y), int(x)])
        tint = np.exp(rng.normal(0, 0.10, 3))
        colour = linear(base) * bright * tint
        p = _leaf(rng, leaf * px * rng.uniform(0.7, 1.4), leaf * px * rng.uniform(0.3, 0.6), rng.random() * 6.3)
        for ox in (0, -size, size):                   # copies over the border keep it tileable
            for oy in (0, -size, size):
                q = p + [x + ox, y + oy]
                if (q.max(0) > 0).all() and (q.min(0) < size).all():
                    cv2.fillConvexPoly(img, np.round(q * 16).astype(np.int32), (colour * rng.uniform(0.85, 1.15)).tolist(), 8, 4)
                    half = np.round(q[: len(q) // 2 + 1] * 16).astype(np.int32)
                    cv2.fillConvexPoly(img, half, (colour * 1.25).tolist(), 8, 4)
    return img


def grass(rng, size, base=(92, 112, 52), metres=2.0):
    """Short lawn seen from above: many thin blades."""
    img = plaster(rng, size, (70, 74, 40))
    px, stain = size / metres, fractal(rng, size, 4, 4)
    for _ in range(int(7000 * metres)):
        x, y = rng.random(2) * size
        a, n = rng.random() * 6.3, rng.uniform(0.02, 0.05) * px
        colour = linear(base) * np.exp(0.3 * rng.standard_normal() + 0.25 * stain[int(y), int(x)]) * np.exp(rng.normal(0, 0.08, 3))
        cv2.line(img, (int(x), int(y)), (int(x + n * np.cos(a)), int(y + n * np.sin(a))), colour.tolist(), max(1, int(px / 250)))
    return img


class Library:
    """All textures of one seed at one resolution, each made on first use and then kept."""

    METRES = 2.0
    WALLS = ("brick_red", "brick_dark", "brick_pale", "stone", "plaster_cream", "plaster_grey", "plaster_white", "concrete", "fence", "fence_grey")
    HEDGES = ("hedge", "hedge_dark")
    GROUNDS = ("slabs", "slabs_small", "setts", "setts_red", "asphalt", "gravel", "concrete")

    def __init__(self, seed, size):
        self.seed, self.size, self.kept = seed, size, {}
        self.noises = None

    def get(self, name):
        """Mip levels of the named texture (full size first)."""
        if name not in self.kept:
            rng, s = np.random.default_rng([self.seed, sum(map(ord, name))]), self.size
            mortar = (168, 162, 152)
            recipe = {
                "brick_red": lambda: masonry(rng, s, 8, 26, 0.006, (150, 82, 62), 0.16, mortar),
                "brick_dark": lambda: masonry(rng, s, 8, 26, 0.006, (98, 72, 64), 0.20, (120, 116, 110)),
                "brick_pale": lambda: masonry(rng, s, 8, 26, 0.006, (186, 164, 128), 0.13, mortar),
                "stone": lambda: masonry(rng, s, 5, 10, 0.010, (156, 148, 132), 0.15, (128, 122, 112), 0.5, 1.4),
                "plaster_cream": lambda: plaster(rng, s, (214, 200, 168)),
                "plaster_grey": lambda: plaster(rng, s, (158, 156, 150), 1.4),
                "plaster_white": lambda: plaster(rng, s, (224, 222, 214), 0.8),
                "concrete": lambda: masonry(rng, s, 1, 2, 0.004, (150, 148, 142), 0.05, (100, 98, 94), 0.0, 0.8),
                "fence": lambda: fence(rng, s), "fence_grey": lambda: fence(rng, s, 12, (122, 116, 106)),
                "hedge": lambda: hedge(rng, s), "hedge_dark": lambda: hedge(rng, s, (52, 84, 42), leaf=0.038),
                "slabs": lambda: masonry(rng, s, 4, 4, 0.004, (158, 154, 146), 0.07, (84, 80, 74), 0.0, 0.8),
                "slabs_small": lambda: masonry(rng, s, 6, 10, 0.004, (150, 144, 136), 0.09, (86, 82, 74), 0.5, 0.8),
                "setts": lambda: masonry(rng, s, 16, 20, 0.007, (124, 120, 116), 0.16, (66, 62, 56), 0.5, 1.2),
                "setts_red": lambda: masonry(rng, s, 10, 20, 0.005, (146, 102, 84), 0.13, (80, 72, 64), 0.5, 0.9),
                "asphalt": lambda: asphalt(rng, s), "gravel": lambda: asphalt(rng, s, (140, 132, 118)),
                "grass": lambda: grass(rng, s),
            }
            levels = [recipe[name]().astype(np.float32)]
            while levels[-1].shape[0] > self.size // 16:
                levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
            self.kept[name] = levels
        return self.kept[name]

    def noise(self, rng, h, w, zoom=1.0):
        """A random window of fractal noise; zoom > 1 gives larger features."""
        if self.noises is None:
            seed = np.random.default_rng([self.seed, 1])
            self.noises = [fractal(seed, 512, 4, 8, g) for g in (0.5, 0.55, 0.6, 0.7, 0.8, 0.9)]
        field = self.noises[rng.integers(len(self.noises))]
        field = np.roll(field, rng.integers(512, size=2), (0, 1))
        if rng.random() < 0.5:
            field = field[:, ::-1]
        n = int(np.clip(512 / zoom, 16, 512))
        scale = n / max(h, w)
        crop = field[:max(2, int(h * scale)), :max(2, int(w * scale))]
        return cv2.resize(crop, (w, h), interpolation=cv2.INTER_CUBIC)
