"""The inside of a cabinet: patch panels, splitter trays and the fibre cables between them.

`rack` draws one flat picture (uint8 RGBA), tidy or messy; open doors and close-ups use it.
"""
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

CABLES = [(236, 196, 40), (240, 214, 70), (60, 186, 190), (40, 110, 196), (232, 120, 36), (196, 60, 110), (228, 228, 222), (60, 150, 70), (40, 42, 46)]
SHELLS = [(62, 64, 68), (44, 46, 50), (176, 178, 178), (206, 206, 200), (120, 124, 128)]
PORTS = [(40, 120, 60), (30, 90, 170), (40, 170, 175), (200, 190, 170)]


def font(size):
    return ImageFont.load_default(max(6, int(size)))


def text(image, xy, words, size, colour):
    """Writes printed text into a uint8 picture, in place."""
    layer = Image.fromarray(image[..., :3])
    ImageDraw.Draw(layer).text((int(xy[0]), int(xy[1])), words, font=font(size), fill=tuple(int(c) for c in colour))
    image[..., :3] = np.asarray(layer)


def rect(image, x, y, w, h, colour, edge=None, thick=1):
    a, b = (int(round(x)), int(round(y))), (int(round(x + w)) - 1, int(round(y + h)) - 1)
    cv2.rectangle(image, a, b, tuple(int(c) for c in colour), -1)
    if edge is not None:
        cv2.rectangle(image, a, b, tuple(int(c) for c in edge), max(1, int(thick)))


def shade(colour, k):
    return tuple(int(np.clip(c * k, 0, 255)) for c in colour)


def bezier(points, steps=16):
    """A smooth curve through control points (Catmull-Rom)."""
    p = np.asarray(points, np.float32)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    out, t = [], np.linspace(0, 1, steps)[:, None]
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack(out)


def rounded(points, radius):
    """A path with rounded corners."""
    p, out = [np.asarray(q, np.float32) for q in points], [np.asarray(points[0], np.float32)]
    for a, b, c in zip(p, p[1:], p[2:]):
        r = min(radius, np.linalg.norm(a - b) / 2, np.linalg.norm(c - b) / 2)
        s, e = b + (a - b) / (np.linalg.norm(a - b) + 1e-6) * r, b + (c - b) / (np.linalg.norm(c - b) + 1e-6) * r
        out += [(1 - t) ** 2 * s + 2 * t * (1 - t) * b + t * t * e for t in np.linspace(0, 1, 7)]
    return np.array(out + [p[-1]])


def lay(image, cables, px):
    """Draws cables (path, colour, width in px) with their shadow on what lies below."""
    shadow = np.zeros(image.shape[:2], np.uint8)
    off = np.array([0.004, 0.007]) * px
    for path, _, width in cables:
        cv2.polylines(shadow, [np.round((path + off) * 16).astype(np.int32)], False, 255, max(1, int(width * 1.2)), cv2.LINE_AA, 4)
    dark = 1 - 0.55 * cv2.GaussianBlur(shadow, (0, 0), max(0.5, 0.003 * px)).astype(np.float32)[..., None] / 255
    image[..., :3] = (image[..., :3] * dark).astype(np.uint8)
    for path, colour, width in cables:
        q = np.round(path * 16).astype(np.int32)
        alpha = (255,) if image.shape[2] == 4 else ()
        for k, part, shift in ((0.45, 1.0, 0), (0.85, 0.72, -0.06), (1.05, 0.42, -0.12), (1.3, 0.14, -0.2)):
            n = max(1, int(round(width * part)))
            if part < 0.9 and n == int(round(width)):
                continue
            moved = q + np.int32(np.round(shift * width * 16))
            cv2.polylines(image, [moved], False, shade(colour, k) + alpha, n, cv2.LINE_AA, 4)


def unit(image, rng, x, y, w, h, px, kind):
    """One row of equipment; returns its port positions."""
    shell = SHELLS[rng.integers(len(SHELLS))]
    rect(image, x, y, w, h, (*shell, 255), (*shade(shell, 0.5), 255), px * 0.002)
    cv2.line(image, (int(x + 2), int(y + 2)), (int(x + w - 3), int(y + 2)), (*shade(shell, 1.35), 255), max(1, int(px * 0.0015)))
    for sx in (x + 0.012 * px, x + w - 0.012 * px):
        for sy in (y + h * 0.25, y + h * 0.75):
            cv2.circle(image, (int(sx), int(sy)), max(1, int(0.004 * px)), (190, 190, 186, 255), -1, cv2.LINE_AA)
    ports, ink = [], (230, 230, 226) if sum(shell) < 360 else (40, 40, 44)
    if kind == "panel":
        n, colour = int(rng.choice([8, 12, 16])), PORTS[rng.integers(len(PORTS))]
        pitch = (w - 0.10 * px) / n
        for i in range(n):
            cx, cy = x + 0.05 * px + (i + 0.5) * pitch, y + h * 0.55
            pw, ph = min(pitch * 0.7, 0.022 * px), h * 0.42
            rect(image, cx - pw / 2, cy - ph / 2, pw, ph, (*colour, 255), (18, 18, 20, 255), px * 0.002)
            rect(image, cx - pw * 0.25, cy - ph * 0.3, pw * 0.5, ph * 0.6, (14, 14, 16, 255))
            if px > 300:
                text(image, (cx - 0.004 * px, y + h * 0.06), str(i + 1), 0.010 * px, ink)
            ports.append((cx, cy))
    elif kind == "tray":
        for k in range(3):
            ty = y + h * (0.08 + 0.30 * k)
            rect(image, x + 0.04 * px, ty, w - 0.08 * px, h * 0.26, (*shade((214, 214, 206), rng.uniform(0.85, 1.05)), 255), (110, 110, 106, 255), px * 0.0015)
            rect(image, x + w * 0.44, ty + h * 0.06, w * 0.12, h * 0.12, (*PORTS[rng.integers(4)], 255))
            for _ in range(2):
                ports.append((x + w * rng.choice([rng.uniform(0.12, 0.4), rng.uniform(0.6, 0.88)]), ty + h * 0.22))
        if px > 300:
            text(image, (x + 0.06 * px, y + h * 0.12), f"SPL 1:{rng.choice([8, 16, 32])}", 0.012 * px, (50, 50, 54))
    else:
        for k in range(int(rng.integers(2, 7))):
            led = [(60, 220, 90), (240, 170, 40), (60, 140, 240)][rng.integers(3)]
            cv2.circle(image, (int(x + (0.05 + 0.018 * k) * px), int(y + h / 2)), max(1, int(0.0035 * px)), (*led, 255), -1, cv2.LINE_AA)
        for k in range(14):
            rect(image, x + w * (0.45 + 0.034 * k), y + h * 0.25, w * 0.016, h * 0.5, (*shade(shell, 0.4), 255))
        if px > 300:
            text(image, (x + 0.05 * px, y + h * 0.12), f"ODF-{rng.integers(10, 99)}", 0.011 * px, ink)
    return ports


def tidy(image, rng, rows, x, w, bottom, px, thick):
    """Nested parallel lanes: below each row to one side, then down, tied every few centimetres."""
    palette = [CABLES[i] for i in rng.choice(len(CABLES), 2, replace=False)]
    lanes, pitch = [0, 0], thick * 1.25
    margin = 0.03 * px
    for ports, row_bottom in rows:
        use = [p for p in ports if rng.random() < 0.9]
        colour = palette[rng.integers(2)]
        left = sorted(p for p in use if p[0] < x + w / 2)
        right = sorted((p for p in use if p[0] >= x + w / 2), reverse=True)
        for side, group in ((0, left), (1, right)):
            cables = []
            for k, (cx, cy) in enumerate(group):
                lane = lanes[side] % 22
                lanes[side] += 1
                sx = x - margin - lane * pitch if side == 0 else x + w + margin + lane * pitch
                ly = row_bottom + (0.006 * px) + (len(group) - 1 - k) * pitch * 0.0 + k * pitch
                path = rounded([(cx, cy), (cx, ly), (sx, ly), (sx, bottom)], 0.03 * px)
                cables.append((path + rng.normal(0, 0.0006 * px, path.shape), shade(colour, rng.uniform(0.9, 1.08)), thick))
            lay(image, cables, px)
    for side in (0, 1):
        n = min(lanes[side], 22)
        if n < 2:
            continue
        a = x - margin - n * pitch - 0.004 * px if side == 0 else x + w + margin - pitch
        for y in np.arange(rows[-1][1] * 0.0 + rng.uniform(0.35, 0.5) * bottom, bottom, 0.11 * px):
            rect(image, a, y, (n + 1) * pitch + 0.004 * px, 0.014 * px, (24, 24, 28, 255), (60, 60, 64, 255), px * 0.001)


def messy(image, rng, rows, x, w, bottom, px, thick):
    """Cables thrown across each other: sagging, looping, hanging out of the bottom."""
    ports = [p for r, _ in rows for p in r]
    palette = [CABLES[i] for i in rng.choice(len(CABLES), rng.integers(3, 6), replace=False)]
    top = min(p[1] for p in ports)
    for _ in range(4):
        cables = []
        for _ in range(int(len(ports) * rng.uniform(0.2, 0.32)) + 2):
            a = np.array(ports[rng.integers(len(ports))])
            if rng.random() < 0.6:
                b = np.array(ports[rng.integers(len(ports))])
            else:
                b = np.array([x + w * rng.uniform(-0.1, 1.1), bottom * rng.uniform(0.85, 1.02)])
            points = [a, a + [rng.normal(0, 0.03) * px, 0.05 * px]]
            for k in range(int(rng.integers(1, 4))):
                mid = a + (b - a) * rng.random() + [rng.normal(0, 0.14) * px, rng.uniform(-0.05, 0.28) * px]
                points.append(np.array([np.clip(mid[0], x - 0.12 * px, x + w + 0.12 * px), np.clip(mid[1], top, bottom)]))
                if rng.random() < 0.25:                                   # a loop of slack
                    r, s = rng.uniform(0.03, 0.09) * px, rng.random() * 6.3
                    points += [mid + r * np.array([np.cos(s + q), np.sin(s + q)]) for q in (1.2, 2.6, 4.0, 5.4, 6.8)]
            points.append(b)
            cables.append((bezier(points), shade(palette[rng.integers(len(palette))], rng.uniform(0.85, 1.1)), thick * rng.choice([0.8, 1, 1.3])))
        lay(image, cables, px)


def rack(rng, width, height, px, neat, back=None, sides=0.10):
    """Equipment with cables, `width` x `height` metres at `px` pixels per metre."""
    w, h = int(width * px), int(height * px)
    image = np.zeros((h, w, 4), np.uint8)
    if back is not None:
        image[:] = (*back, 255)
        image[..., :3] = (image[..., :3] * (0.85 + 0.15 * np.linspace(1, 0, h)[:, None, None])).astype(np.uint8)
        for x in (0.25 * sides * px, w - 0.55 * sides * px):             # mounting rails with holes
            rect(image, x, 0, 0.022 * px, h, (*shade(back, 1.2), 255), (*shade(back, 0.6), 255), px * 0.002)
            for y in np.arange(0, h, 0.022 * px):
                rect(image, x + 0.007 * px, y, 0.008 * px, 0.009 * px, (*shade(back, 0.3), 255))
    x0, inner = sides * px, w - 2 * sides * px
    y, rows = rng.uniform(0.005, 0.03) * px, []
    while y < h * 0.80:
        kind = str(rng.choice(["panel", "panel", "tray", "blank"]))
        tall = {"panel": 0.044, "tray": 0.085, "blank": 0.044}[kind] * px
        ports = unit(image, rng, x0, y, inner, tall, px, kind)
        gap = rng.uniform(0.035, 0.07) * px
        if ports:
            rows.append((ports, y + tall))
        y += tall + (gap if ports else 0.004 * px)
    if not rows:
        rows.append((unit(image, rng, x0, 0.02 * px, inner, 0.044 * px, px, "panel"), 0.064 * px))
    thick = max(1.0, rng.uniform(0.0035, 0.0055) * px)
    (tidy if neat else messy)(image, rng, rows, x0, inner, h - 1, px, thick)
    return image
