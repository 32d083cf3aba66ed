"""What repeats, or has many colours side by side, and is neither a screen nor a print."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import distort as d
import screens as s

# The least and the most pixels of the camera for one unit of what repeats.
SCALES = {
    "grille": (3, 30),
    "mesh": (1.2, 5),
    "weave": (0.8, 6),
    "blinds": (10, 60),
    "fence": (30, 150),
    "bricks": (15, 70),
}
COLOURS = [
    (220, 200, 30),
    (20, 60, 200),
    (200, 20, 20),
    (20, 20, 20),
    (40, 160, 60),
    (240, 240, 240),
    (240, 120, 20),
    (110, 60, 30),
]
KEYS = list("QWERTZUIOPASDFGHJKL1234567890")


def table(kind, rng):
    """Where the one colour is, 0 to 1, and where the other."""
    across, down = s.grid()
    if kind == "grille":
        shift = 0.5 * (down // 1 % 2) * rng.integers(2)
        return np.hypot((across + shift) % 1 - 0.5, down % 1 - 0.5) > rng.uniform(0.25, 0.42)
    if kind == "mesh":
        wire = rng.uniform(0.1, 0.3)
        return (across % 1 > wire) & (down % 1 > wire)
    if kind == "weave":
        # The one thread lies above the other at every second crossing.
        is_above = (across // 1 + down // 1) % 2 == 0
        return np.where(is_above, 0.4 + 0.6 * np.sin(np.pi * (across % 1)), 0.4 - 0.4 * np.sin(np.pi * (down % 1)))
    if kind == "blinds":
        return 0.3 + 0.7 * (down % 1) ** 0.5
    if kind == "fence":
        return across % 1 > rng.uniform(0.2, 0.5)
    return (down % 1 > 0.12) & ((across / 2 + 0.5 * (down // 1 % 2)) % 1 > 0.06)


def colours_of(kind, rng):
    """The light of where the table is 0, and of where it is 1."""
    if kind == "bricks":
        return np.array([rng.uniform(0.3, 0.6) * np.ones(3), rng.uniform(0.7, 1.3) * np.array([0.35, 0.15, 0.1])])
    if kind in ("grille", "mesh") or rng.random() < 0.5:
        # Metal, and what is not painted.
        return np.array([[rng.uniform(0.02, 0.2)], [rng.uniform(0.4, 0.9)]]) * rng.uniform(0.9, 1.1, (2, 3))
    return rng.uniform(0.05, 0.9, (2, 3))


def repeating(kind, rng, behind=None):
    """A photo of it in two colours, or of a picture behind one."""
    camera = s.Camera((3, 4) if behind is None else behind.shape, rng)
    least, most = np.log(SCALES[kind])
    view = s.View(camera, np.exp(rng.uniform(least, most)), (0, 0), rng, 30, 0.3)
    share = table(kind, rng).astype(np.float64)
    if behind is None:
        behind = d.wall(camera.height // 4, camera.width // 4, 225, rng, 25, 3)
        colours = colours_of(kind, rng)
    else:
        colours = np.array([[rng.uniform(0.02, 0.5)] * 3, [1, 1, 1]])
    plane = np.asarray(Image.fromarray(behind).resize((camera.width, camera.height), Image.BICUBIC))
    mosaic = s.behind_filters(plane, d.LINEAR)
    s.repeated(mosaic, [share * one + (1 - share) * other for one, other in colours.T[:, ::-1]], view, camera)
    return camera.photo(mosaic, rng)


def drawn(draw_it, rng):
    """A photo of what is drawn, turned a little."""
    picture = Image.new("RGB", (1280, 960), tuple(int(v) for v in rng.integers(90, 220, 3)))
    draw_it(ImageDraw.Draw(picture), rng)
    inwards = rng.uniform(20, 90, 4)[:, None] * [[1, 1], [1, -1], [-1, -1], [-1, 1]]
    corners = tuple((np.array([[0, 0], [0, 960], [1280, 960], [1280, 0]]) + inwards).ravel().tolist())
    return s.genuine(np.asarray(picture.transform((1280, 960), Image.QUAD, corners, Image.BICUBIC)), rng)


def keyboard(draw, rng):
    step, dark = int(rng.integers(24, 80)), int(rng.integers(15, 60))
    font = ImageFont.load_default(step // 3)
    draw.rectangle([0, 0, 1280, 960], fill=(dark // 2 + 90,) * 3)
    for row in range(960 // step + 1):
        for column in range(-1, 1280 // step + 1):
            x, y = column * step + row * step // 3 % step, row * step
            draw.rounded_rectangle([x + 2, y + 2, x + step - 3, y + step - 3], 4, fill=(dark,) * 3)
            draw.text((x + step // 3, y + step // 4), str(rng.choice(KEYS)), fill=(225,) * 3, font=font)


def cables(draw, rng):
    """Side by side: in any colours, or the same few again and again as in a ribbon."""
    thick, turn, order = rng.uniform(5, 22), rng.uniform(-0.3, 0.3), int(rng.integers(2, 9))
    few = [COLOURS[at] for at in rng.permutation(len(COLOURS))[:order]]
    is_ribbon = rng.random() < 0.5
    for number in range(int(1600 / thick)):
        colour = few[number % order] if is_ribbon else COLOURS[rng.integers(len(COLOURS))]
        along = np.linspace(-50, 1330, 40)
        bend = 0 if is_ribbon else rng.normal(0, thick)
        down = number * thick - 200 + turn * along + bend * np.sin(along / 300)
        for width, light in ((1, 0.55), (0.7, 1), (0.25, 1.25)):
            lit = tuple(min(255, int(value * light)) for value in colour)
            draw.line(list(zip(along, down)), fill=lit, width=max(1, round(thick * width)))


def labelled(rng):
    """A printed label on a device."""
    label = d.plate(rng, rng.random() < 0.5)
    return s.genuine(d.wall(960, 1280, rng.integers(60, 220), rng, 15, 1.5, label, rng.uniform(0.05, 0.4)), rng)
