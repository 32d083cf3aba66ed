"""Photos of prints: dots of four inks in rows at different angles, or scattered dots."""

import numpy as np
from PIL import Image

import distort as d
import screens as s

# Inches.
SIZES = {"A5": (8.27, 5.83), "A4": (11.69, 8.27), "10 x 15": (6, 4)}

# Cyan, magenta, yellow and black: degrees, and what of red, green and blue a full dot takes away.
INKS = [(15, (0.92, 0.3, 0.08)), (75, (0.1, 0.9, 0.35)), (0, (0.02, 0.08, 0.9)), (45, (0.95, 0.95, 0.95))]

POINTS = 64
PAPER = np.array([0.86, 0.85, 0.82])


def ranks(values):
    """The share of the table that is lower, 0 to 255."""
    order = np.empty(values.size, np.int16)
    order[np.argsort(values, axis=None, kind="stable")] = np.arange(values.size) * 256 // values.size
    return order


def dots():
    """Where the dot of a cell grows first."""
    wave = np.cos(2 * np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    return ranks(-wave[:, None] - wave[None, :])


def scattered(rng):
    """Every level's dots keep away from each other: what is lowest of noise without its slow waves, again and again."""
    waves = np.fft.fftfreq(POINTS * 2)
    fast = 1 - np.exp(-(waves[:, None] ** 2 + waves[None, :] ** 2) / (2 * 0.18**2))
    levels = rng.random((POINTS * 2, POINTS * 2))
    for _ in range(12):
        levels = np.fft.ifft2(np.fft.fft2(levels - levels.mean()) * fast).real
        levels = ranks(levels).reshape(levels.shape) + rng.random(levels.shape)
    return levels.astype(np.int16)


def inks(picture):
    """How much each ink covers, with black in place of most of what the others share."""
    most = 255 - picture.astype(np.float32)
    black = most.min(axis=2, keepdims=True) * 0.8
    rest = (most - black) / (1 - black / 256)
    return Image.fromarray(np.dstack([rest, black]).astype(np.uint8), "CMYK")


def fitted(picture, inches, fineness):
    """The inks of the picture as large as the print, without what does not fit on it."""
    if picture.shape[0] > picture.shape[1]:
        inches = inches[::-1]
    width, height = (round(side * fineness) for side in inches)
    photo = inks(picture)
    fit = max(width / photo.width, height / photo.height)
    left, top = (max(0, outer - inner / fit) / 2 for outer, inner in zip(photo.size, (width, height)))
    photo = photo.resize((width, height), Image.BILINEAR, (left, top, photo.width - left, photo.height - top))
    return [np.asarray(ink) for ink in photo.split()]


def printed(tones, threshold, hardness):
    """Reflected light of 0 to 255 of three channels where `threshold` gives that of each ink."""
    planes = [np.full(tones[0].shape, 255 * share, np.uint16) for share in PAPER]
    for number, ((_, taken), tone) in enumerate(zip(INKS, tones)):
        dot = tone.astype(np.int16) - threshold(number)
        np.clip(dot, -127 // hardness, 127 // hardness + 1, out=dot)
        dot *= hardness
        dot += 128
        np.clip(dot, 0, 255, out=dot)
        dot[tone < 3] = 0
        for plane, share in zip(planes, taken):
            if share > 0.05:
                plane *= 256 - (dot.view(np.uint16) * np.uint16(256 * share) >> 8)
                plane >>= 8
    return np.dstack([plane.astype(np.uint8) for plane in planes])


def halftone(picture, lines, inches):
    """The print, with less than five points for a dot and no more points than needed."""
    fineness = min(4.4 * lines, 4600 / max(inches))
    fineness = max(fineness, 2.6 * lines)
    tones = fitted(picture, inches, fineness)
    table = dots()

    def threshold(number):
        # Whole numbers of 16 bits go around where a cell ends.
        angle = np.deg2rad(INKS[number][0])
        cos, sin = np.cos(angle) * lines / fineness * 65536, np.sin(angle) * lines / fineness * 65536
        x, y = np.arange(tones[0].shape[1]), np.arange(tones[0].shape[0])[:, None]
        across = (x * cos).astype(np.int64).astype(np.uint16) + (y * sin).astype(np.int64).astype(np.uint16)
        down = (x * -sin).astype(np.int64).astype(np.uint16) + (y * cos).astype(np.int64).astype(np.uint16)
        return table.take((down >> 10 << 6) | (across >> 10))

    return printed(tones, threshold, 3)


def inkjet(picture, dots_per_inch, inches, rng):
    tones = fitted(picture, inches, dots_per_inch)
    table = scattered(rng)

    def threshold(number):
        rolled = np.roll(table, (number * 37, number * 53), (0, 1))
        height, width = tones[0].shape
        return np.tile(rolled, (-(-height // len(rolled)), -(-width // len(rolled))))[:height, :width]

    return printed(tones, threshold, 127)


def photo_of(light, rng, share):
    """A photo of a print whose longer side takes that share of the photo's: where it is small on paper, on a table."""
    camera = s.Camera(light.shape, rng, int(rng.choice(s.SENSORS[:2])))
    scale = share * camera.long_side / max(light.shape[:2])
    if share < 1:
        whole = np.empty((*(round(side / share * 1.2) for side in light.shape[:2]), 3), np.uint8)
        whole[:] = rng.integers(20, 140, 3)
        place = [(outer - inner) // 2 for outer, inner in zip(whole.shape[:2], light.shape[:2])]
        paper = round(min(light.shape[:2]) * rng.uniform(0.02, 0.08))
        rows, columns = (slice(at - paper, at + side + paper) for at, side in zip(place, light.shape[:2]))
        whole[rows, columns] = PAPER * 255
        whole[place[0] : place[0] + light.shape[0], place[1] : place[1] + light.shape[1]] = light
        light = whole
    plane = Image.fromarray(light)
    # The lens, and the area of the camera's pixels, which the steps below dull as well.
    size = [round(side * scale) for side in plane.size]
    finer = 1.0 if camera.lens > 0.65 else 1.5
    plane = plane.resize([round(side * finer) for side in size], Image.BILINEAR)
    view = s.View(camera, 1, np.array(size) / 2, rng)
    levels = (np.arange(256) / 255 * rng.uniform(0.85, 1.1)).astype(np.float32)
    return camera.photo(s.behind_filters(view.of(plane, camera, (0, 0), finer), levels), rng)
