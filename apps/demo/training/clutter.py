"""Things that stand about in a street: bins, poles, letter boxes, cars, weeds, leaves."""
import cv2
import numpy as np

from textures import linear
from wiring import rect, shade, text


def bin_box(rng):
    w, d, h = rng.uniform(0.45, 0.6), rng.uniform(0.5, 0.65), rng.uniform(0.85, 1.1)
    x = rng.choice([-1, 1]) * rng.uniform(1.15, 1.8)
    z = rng.uniform(-0.5, -0.1)
    return (x - w / 2, x + w / 2, 0.03, h, z - d, z)


def draw_bin(canvas, box):
    """A wheeled waste bin with lid and grip."""
    rng = canvas.rng
    colour = [(58, 92, 62), (60, 62, 66), (150, 120, 40), (46, 74, 120), (110, 76, 56)][rng.integers(5)]
    face = np.zeros((400, 220, 3), np.uint8)
    rect(face, 0, 0, 220, 400, colour)
    for k in (40, 180):
        rect(face, k, 70, 5, 320, shade(colour, 0.75))
    rect(face, 0, 44, 220, 10, shade(colour, 0.4))
    rect(face, 0, 0, 220, 44, shade(colour, 1.12))
    rect(face, 70, 100, 80, 40, (220, 220, 210)) if rng.random() < 0.3 else None
    canvas.box(box, face, shade_tile(shade(colour, 0.95)), shade_tile(shade(colour, 1.1)))


def shade_tile(colour):
    return np.full((16, 16, 3), colour, np.uint8)


def draw_pole(canvas):
    """A lamp or sign post; sometimes with a round sign or a house-number plate on it."""
    rng = canvas.rng
    x, z, r = rng.choice([-1, 1]) * rng.uniform(0.95, 2.0), rng.uniform(-0.6, 0.3), rng.uniform(0.03, 0.07)
    colour = [(140, 144, 146), (90, 94, 92), (120, 92, 66)][rng.integers(3)]
    bar = np.zeros((64, 32, 3), np.uint8)
    bar[:] = (np.asarray(colour) * (0.35 + 0.75 * np.sin(np.linspace(0.3, 2.7, 32)))[None, :, None]).clip(0, 255)
    canvas.paste(bar, [(x - r, 4.5, z), (x + r, 4.5, z), (x + r, 0, z), (x - r, 0, z)], (0, 0.3, 0.95))
    if rng.random() < 0.4:
        sign = np.zeros((128, 128, 4), np.uint8)
        cv2.circle(sign, (64, 64), 62, (200, 30, 36, 255), -1, cv2.LINE_AA)
        cv2.circle(sign, (64, 64), 46, (240, 240, 240, 255), -1, cv2.LINE_AA)
        y, s = rng.uniform(1.9, 2.4), 0.28
        canvas.paste(sign, [(x - s, y + 2 * s, z + 0.05), (x + s, y + 2 * s, z + 0.05), (x + s, y, z + 0.05), (x - s, y, z + 0.05)], (0, 0, 1))


def draw_letter_box(canvas, x):
    rng = canvas.rng
    colour = [(214, 170, 30), (176, 34, 36), (40, 70, 130)][rng.integers(3)]
    face = np.zeros((160, 110, 3), np.uint8)
    rect(face, 0, 0, 110, 160, colour, shade(colour, 0.5), 3)
    rect(face, 15, 30, 80, 12, (20, 20, 22))
    text(face, (22, 60), "LETTERS", 15, (240, 240, 240))
    canvas.box((x - 0.2, x + 0.2, 0.9, 1.45, -0.4, -0.1), face, shade_tile(shade(colour, 0.9)), shade_tile(colour))
    canvas.box((x - 0.04, x + 0.04, 0, 0.9, -0.27, -0.2), shade_tile((90, 90, 92)), shade_tile((80, 80, 82)))


def draw_car(canvas, x, z):
    """The side of a parked car as a flat picture with its own shading."""
    rng = canvas.rng
    colour = [(150, 24, 30), (40, 60, 110), (210, 210, 208), (60, 62, 66), (120, 124, 128)][rng.integers(5)]
    car = np.zeros((300, 840, 4), np.uint8)
    body = np.array([[10, 210], [20, 140], [170, 120], [270, 30], [560, 26], [690, 120], [810, 140], [830, 215], [820, 250], [20, 250]])
    cv2.fillPoly(car, [body], (*colour, 255), cv2.LINE_AA)
    car[120:250, :, :3] = (car[120:250, :, :3] * np.linspace(1.12, 0.62, 130)[:, None, None]).clip(0, 255)
    for glass in ([[200, 118], [284, 44], [400, 40], [400, 118]], [[416, 118], [416, 40], [552, 40], [650, 118]]):
        cv2.fillPoly(car, [np.array(glass)], (38, 46, 54, 255), cv2.LINE_AA)
    cv2.line(car, (408, 124), (408, 244), (*shade(colour, 0.5), 255), 2, cv2.LINE_AA)
    for cx in (170, 670):
        cv2.circle(car, (cx, 244), 54, (18, 18, 20, 255), -1, cv2.LINE_AA)
        cv2.circle(car, (cx, 244), 32, (150, 152, 156, 255), -1, cv2.LINE_AA)
        cv2.circle(car, (cx, 244), 10, (70, 70, 74, 255), -1, cv2.LINE_AA)
    canvas.paste(car, [(x - 2.1, 1.46, z), (x + 2.1, 1.46, z), (x + 2.1, 0, z), (x - 2.1, 0, z)], (0, 0.2, 0.97))


def draw_wall_feature(canvas, wall_z):
    """A window, a ribbed garage door or a house door in the wall: look-alikes of a cabinet."""
    rng, z, kind = canvas.rng, wall_z + 0.01, canvas.rng.integers(3)
    x = rng.uniform(-2.5, 2.5)
    tone = [(222, 220, 214), (120, 96, 74), (84, 96, 104), (170, 172, 170)][rng.integers(4)]
    face = np.zeros((300, 260, 3), np.uint8)
    rect(face, 0, 0, 260, 300, tone, shade(tone, 0.5), 8)
    if kind == 0:
        for k in (20, 136):
            rect(face, k, 20, 104, 260, (44, 54, 64), shade(tone, 0.6), 3)
            cv2.line(face, (k + 20, 240), (k + 90, 60), (96, 110, 122), 8, cv2.LINE_AA)
        y0, y1, half = 1.0, 2.3, 0.6
    elif kind == 1:
        for k in range(8, 292, 12):
            rect(face, 8, k, 244, 3, shade(tone, 0.65))
            rect(face, 8, k + 3, 244, 2, shade(tone, 1.12))
        y0, y1, half = 0.0, 2.2, 1.2
    else:
        rect(face, 40, 30, 180, 100, shade(tone, 0.8), shade(tone, 0.5), 3)
        rect(face, 40, 160, 180, 110, shade(tone, 0.9), shade(tone, 0.5), 3)
        cv2.circle(face, (232, 160), 8, (190, 180, 140), -1, cv2.LINE_AA)
        y0, y1, half = 0.0, 2.1, 0.45
    canvas.paste(face, [(x - half, y1, z), (x + half, y1, z), (x + half, y0, z), (x - half, y0, z)], (0, 0, 1))


def blades(canvas, points, size):
    """Tufts of weeds at ground points, drawn blade by blade."""
    rng, cam, img = canvas.rng, canvas.camera, canvas.image
    for point in points:
        ppm = canvas.pixels_per_metre(point)
        root = cam.project([point])[0]
        for _ in range(int(rng.integers(12, 40))):
            n, lean = size * rng.uniform(0.3, 1.0) * ppm, rng.normal(0, 0.35)
            p0 = root + [rng.normal(0, 0.02) * ppm, rng.uniform(0, 0.01) * ppm]
            p1 = p0 + [lean * n * 0.4, -n * 0.6]
            p2 = p1 + [lean * n * 0.7, -n * 0.4 * (1 - abs(lean))]
            colour = linear((88, 122, 48)) * np.exp(rng.normal(0, 0.35)) * np.exp(rng.normal(0, 0.1, 3)) * canvas.light.on((0, 0.7, 0.7), 0.7)
            thick = max(1, int(0.004 * ppm))
            cv2.polylines(img, [np.round(np.array([p0, p1, p2]) * 16).astype(np.int32)], False, colour.tolist(), thick, 8, 4)


def leaves(canvas, count):
    """Fallen leaves on the pavement."""
    rng, cam, img = canvas.rng, canvas.camera, canvas.image
    for _ in range(count):
        c, a = np.array([rng.uniform(-2, 2), 0, rng.uniform(-0.3, 1.2)]), rng.random() * 6.3
        t = np.linspace(0, 2 * np.pi, 9)
        s = rng.uniform(0.015, 0.04)
        u, v = s * np.cos(t), s * 0.55 * np.sin(t)
        p = c + np.stack([u * np.cos(a) - v * np.sin(a), 0 * t, u * np.sin(a) + v * np.cos(a)], 1)
        colour = linear([(150, 96, 36), (120, 76, 40), (176, 140, 50), (96, 104, 44)][rng.integers(4)]) * np.exp(rng.normal(0, 0.25)) * canvas.light.on((0, 1, 0), 0.8)
        cv2.fillConvexPoly(img, np.round(cam.project(p) * 16).astype(np.int32), colour.tolist(), 8, 4)
