"""What goes wrong with photos: light, blur, noise, cuts. Deterministic by the generator that is passed in.

Pictures are RGB arrays of bytes, planes are one channel of them; `linear` is light, 0 to 1.
"""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORKING_SIDE = 640

_LEVELS = np.arange(256) / 255
LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def load(path, most):
    """A photo whose shorter side has at most so many pixels."""
    photo = Image.open(path).convert("RGB")
    factor = most / min(photo.size)
    if factor < 1:
        photo = photo.resize((round(photo.width * factor), round(photo.height * factor)), Image.LANCZOS)
    return np.asarray(photo)


def jpeg(picture, quality):
    """The bytes of a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=int(quality))
    return file.getvalue()


def luma(picture):
    weighed = picture.astype(np.uint32) @ np.array([77, 150, 29], np.uint32)
    return ((weighed + 128) >> 8).astype(np.uint8)


def to_linear(picture):
    return LINEAR[picture]


def to_bytes(linear):
    light = np.clip(linear, 0, 1)
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.clip(np.rint(levels * 255), 0, 255).astype(np.uint8)


def sensor(linear, rng, electrons):
    """Shot and read noise; white is that many electrons."""
    counted = linear * electrons
    noise = rng.standard_normal(counted.shape, dtype=np.float32)
    return (counted + noise * np.sqrt(np.maximum(counted, 0) + 9)) / electrons


def exposed(picture, stops, rng, electrons=2000):
    """As if so many times two more light had come in."""
    light = to_linear(picture) * np.float32(2.0**stops)
    return to_bytes(sensor(np.minimum(light, 1) if stops <= 0 else light, rng, electrons))


def blob(height, width, share, rng, off=0.08, soft=0.25):
    """A soft ellipse near the middle that covers about that share: 0 to 1."""
    centre_y, centre_x = 0.5 + rng.uniform(-off, off, 2)
    aspect, radius = np.exp(rng.uniform(-0.35, 0.35)), np.sqrt(share / np.pi)
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot(((x + 0.5) / width - centre_x) / (radius * aspect), ((y + 0.5) / height - centre_y) * aspect / radius)
    return np.clip((1 + soft / 2 - away) / soft, 0, 1).astype(np.float32)


def lit_by(picture, mask, inside, outside, rng, electrons=2000):
    """So many stops within the mask, so many without."""
    stops = outside + (inside - outside) * mask
    light = np.clip(to_linear(picture) * np.exp2(stops)[..., None], 0, 4)
    return to_bytes(sensor(light, rng, electrons))


def high_key(picture, lowest, highest):
    """Snow: pressed into the upper part of the range, with little colour, and nothing burnt."""
    levels = picture.astype(np.float32) / 255
    levels = levels * 0.35 + levels.mean(axis=2, keepdims=True) * 0.65
    return np.clip(np.rint((lowest + (highest - lowest) * levels) * 255), 0, 255).astype(np.uint8)


def wall(height, width, level, rng, fall=12, grain=1.5, label=None, share=0.02):
    """A plain wall or door on which light falls off a little, with or without a picture on it."""
    y, x = np.mgrid[0:height, 0:width]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)
    light = (level + fall * 2 * slope)[..., None] + rng.uniform(-4, 4, 3) + rng.normal(0, grain, (height, width, 1))
    light = np.clip(light, 0, 255)
    if label is not None:
        factor = np.sqrt(share * height * width / (label.shape[0] * label.shape[1]))
        size = (max(8, round(label.shape[1] * factor)), max(8, round(label.shape[0] * factor)))
        label = np.asarray(Image.fromarray(label).resize(size, Image.LANCZOS))
        top = int(rng.uniform(0.15, 0.7) * (height - label.shape[0]))
        left = int(rng.uniform(0.15, 0.7) * (width - label.shape[1]))
        light[top : top + label.shape[0], left : left + label.shape[1]] = label
    return light.astype(np.uint8)


def plate(rng, is_dark=False):
    """A type plate: some lines of text in a frame."""
    ground, ink = ((40, 44, 48), (225, 225, 220)) if is_dark else ((235, 234, 228), (25, 25, 30))
    picture = Image.new("RGB", (480, 320), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle([6, 6, 473, 313], outline=ink, width=4)
    for line in range(6):
        text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVXYZ0123456789 -/."), 18))
        draw.text((24, 20 + line * 48), text, fill=ink, font=ImageFont.load_default(int(rng.choice([24, 32, 40]))))
    return np.asarray(picture)


def disc(radius):
    """The spot that defocus makes of a point."""
    reach, fine = int(np.ceil(radius)) + 1, 5
    at = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - reach - 0.5
    spot = (at[:, None] ** 2 + at[None, :] ** 2 <= max(radius, 0.3) ** 2).astype(np.float32)
    spot = spot.reshape(2 * reach + 1, fine, 2 * reach + 1, fine).sum((1, 3))
    return spot / spot.sum()


def path(across, down):
    """The trace that movement along these points makes of a point."""
    reach = int(np.ceil(max(np.abs(across).max(), np.abs(down).max()))) + 1
    spot = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    right_part, lower_part = across - left, down - top
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = np.abs(1 - right - right_part) * np.abs(1 - below - lower_part)
        np.add.at(spot, (top + below + reach, left + right + reach), weight)
    return spot / spot.sum()


def line(length, rng):
    along, angle = np.linspace(-0.5, 0.5, max(9, int(length * 8))) * length, rng.uniform(0, np.pi)
    return path(along * np.cos(angle), along * np.sin(angle))


def shake(length, rng):
    """A smooth random path of that length with one main direction."""
    steps = np.cumsum(rng.normal(0, 1, (2, 400)), axis=1)
    steps -= steps.mean(1, keepdims=True)
    angle = rng.uniform(0, 2 * np.pi)
    steps = np.array([[np.cos(angle)], [np.sin(angle)]]) + 0.6 * steps / np.abs(steps).max()
    points = np.cumsum(steps, axis=1)
    points *= length / np.hypot(*np.diff(points, axis=1)).sum()
    points -= points.mean(1, keepdims=True)
    return path(points[0], points[1])


def width_of(spot):
    """The standard deviation along its widest direction, pixels."""
    reach = spot.shape[0] // 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    spread = np.cov(np.vstack([x.ravel(), y.ravel()]), aweights=spot.ravel(), ddof=0)
    return np.sqrt(max(np.linalg.eigvalsh(spread)[1], 0))


def convolved(linear, spot):
    """Every channel, mirrored at the border."""
    reach = spot.shape[0] // 2
    padded = np.pad(linear, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
    size = [padded.shape[0] + spot.shape[0] - 1, padded.shape[1] + spot.shape[1] - 1]
    product = np.fft.rfft2(padded, size, axes=(0, 1)) * np.fft.rfft2(spot, size)[..., None]
    whole = np.fft.irfft2(product, size, axes=(0, 1))
    return whole[2 * reach : 2 * reach + linear.shape[0], 2 * reach : 2 * reach + linear.shape[1]].astype(np.float32)


def taken(linear, camera, rng):
    """What a camera makes of light: a JPEG file. `camera` is its weakness."""
    quality = rng.integers(82, 95) if camera == "clean" else rng.integers(70, 90)
    if camera == "clean":
        light = sensor(linear, rng, 20_000)
    elif camera == "noisy":
        light = sensor(linear, rng, 1500)
    elif camera == "denoised":
        # What is left of noise then is soft.
        noise = sensor(linear, rng, 600) - linear
        reach = np.exp(-(np.arange(-3, 4) ** 2) / (2 * 0.8**2))
        spot = np.outer(reach, reach).astype(np.float32)
        light = linear + convolved(noise.astype(np.float32), spot / spot.sum())
    else:
        # Two stops are made good, three are missing.
        light = sensor(linear / 8, rng, 4000) * 4
    return jpeg(to_bytes(light), quality)


def cut(picture, left, top, right, bottom):
    """Without these shares of its sides."""
    height, width = picture.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return picture[rows, round(left * width) : width - round(right * width)]


def sent_on(picture, rng):
    """Scaled, in other light, now and then with a time stamp, saved again."""
    factor = rng.uniform(0.35, 1)
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    picture = np.asarray(Image.fromarray(picture).resize(size, Image.BILINEAR))
    change = rng.integers(5)
    levels = picture.astype(np.float32)
    if change == 0:
        levels = 255 * (levels / 255) ** rng.uniform(0.75, 1.35)
    elif change == 1:
        levels = levels * rng.uniform(0.8, 1.2)
    elif change == 2:
        levels = 128 + (levels - 128) * rng.uniform(0.8, 1.2)
    elif change == 3:
        levels = levels * np.array([rng.uniform(0.88, 1.12), 1, rng.uniform(0.88, 1.12)])
    picture = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        stamped = Image.fromarray(picture)
        place, font = (stamped.width * 0.97, stamped.height * 0.96), ImageFont.load_default(max(10, stamped.height // 24))
        ImageDraw.Draw(stamped).text(place, "2026-03-14 09:41:27", fill=(255, 160, 30), font=font, anchor="rs")
        picture = np.asarray(stamped)
    return jpeg(picture, rng.integers(30, 85))


def cabinet(kind, state):
    """A cabinet: its layout by `kind`, its cables and switches by `state`, both generators."""
    width, height = 960, 720
    base = int(kind.integers(90, 210))
    picture = Image.new("RGB", (width, height), (base,) * 3)
    draw = ImageDraw.Draw(picture)
    left, top = int(width * kind.uniform(0.04, 0.12)), int(height * kind.uniform(0.04, 0.12))
    inner = (int(kind.integers(30, 240)),) * 3
    draw.rectangle([left, top, width - left, height - top], fill=inner, outline=(20, 20, 20), width=6)
    rows, ports = int(kind.integers(2, 6)), []
    for row in range(rows):
        y = top + 20 + (height - 2 * top - 40) * row // rows
        tall = int((height - 2 * top - 40) / rows * kind.uniform(0.4, 0.8))
        count, colour = int(kind.integers(4, 16)), tuple(int(v) for v in kind.integers(20, 240, 3))
        start, end = left + 20, width - left - 20
        draw.rectangle([start, y, end, y + tall], fill=colour)
        for port in range(count):
            a, b = start + (end - start) * port / count, start + (end - start) * (port + 0.85) / count
            draw.rectangle([a + 3, y + tall * 0.15, b, y + tall * 0.85], fill=tuple(255 - v for v in colour))
            switch = y + tall * (0.35 if state.random() < 0.6 else 0.6)
            draw.rectangle([a + 6, switch, b - 6, switch + tall * 0.14], fill=(240, 240, 240))
            ports.append(((a + b) / 2, y + tall * 0.8))
    colours = [(220, 200, 30), (20, 60, 200), (200, 20, 20), (20, 20, 20), (40, 160, 60)]
    for _ in range(int(state.integers(4, 14))):
        (ax, ay), (bx, by) = (ports[at] for at in state.integers(len(ports), size=2))
        sag, along = state.uniform(20, 160), np.linspace(0, 1, 30)
        points = [(ax + (bx - ax) * u, ay + (by - ay) * u + sag * 4 * u * (1 - u)) for u in along]
        draw.line(points, fill=colours[state.integers(5)], width=int(state.integers(4, 9)))
    return np.asarray(picture)
