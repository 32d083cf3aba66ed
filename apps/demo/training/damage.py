"""Degradations of a painted surface: rust, graffiti, dents, broken vents, cracks.

Each function paints into a uint8 RGB face around (cx, cy) with a size in pixels and
returns the rectangle (x0, y0, x1, y1) that it really changed.
"""
import cv2
import numpy as np

KINDS = ("rust", "rust", "graffiti", "graffiti", "vent", "crack", "dent")
SPRAY = [(200, 30, 40), (20, 20, 24), (30, 80, 190), (240, 240, 240), (230, 60, 160), (40, 160, 70), (250, 130, 20), (120, 40, 160)]


def _bounds(mask, level):
    ys, xs = np.nonzero(mask > level)
    return (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else None


def _mix(face, mask, colour):
    face[:] = np.clip(face * (1 - mask[..., None]) + np.asarray(colour, np.float32) * mask[..., None], 0, 255).astype(np.uint8)


def rust(face, rng, lib, cx, cy, size):
    h, w = face.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    n = lib.noise(rng, h, w, 1.0)
    r = np.hypot((x - cx) / rng.uniform(0.9, 1.3), (y - cy) / rng.uniform(0.7, 1.1)) / (size * 0.5)
    spot = np.clip((1 - r + 0.22 * n) * 4, 0, 1) * (r < 1.3)
    streak_noise = cv2.resize(lib.noise(rng, 2, w, 0.4), (w, h))
    fall = np.clip((y - cy) / (size * rng.uniform(0.5, 1.0)), 0, None)
    streak = np.clip(1 - fall, 0, 1) * (y > cy) * np.clip(streak_noise * 1.2, 0, 1) * (np.abs(x - cx) < size * 0.42) * 0.75
    mask = np.maximum(spot, streak)
    grain = lib.noise(rng, h, w, 0.4)[..., None]
    colour = np.array([116, 66, 38]) * np.exp(0.20 * grain - 0.12 * n[..., None]) + np.clip(-grain - 0.6, 0, 1) * np.array([26, 14, 2])
    _mix(face, np.clip(mask, 0, 0.96), np.clip(colour, 18, 180))
    return _bounds(mask, 0.3)


def graffiti(face, rng, lib, cx, cy, size):
    h, w = face.shape[:2]
    mask = np.zeros((h, w), np.uint8)
    thick = max(2, int(size * rng.uniform(0.05, 0.10)))
    colour = SPRAY[rng.integers(len(SPRAY))]
    if np.abs(np.array(colour) - face[int(np.clip(cy, 0, h - 1)), int(np.clip(cx, 0, w - 1))].astype(int)).sum() < 160:
        colour = (20, 20, 24) if face.mean() > 110 else (240, 240, 240)
    n = int(rng.integers(3, 6))
    for i in range(n):                                            # a row of letter-like strokes
        x0 = cx + (i - n / 2 + 0.5) * size / n
        t = np.linspace(0, 1, 40)
        a, b, f, g = rng.uniform(-1, 1, 4)
        px = x0 + size / n * 0.62 * np.sin(2 * np.pi * (t * rng.uniform(0.5, 1.3) + a)) + size * 0.05 * b
        py = cy + size * 0.30 * np.sin(2 * np.pi * (t * rng.uniform(0.4, 1.1) + f)) + size * 0.06 * g
        cv2.polylines(mask, [np.round(np.stack([px, py], 1) * 16).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 4)
    line = mask.copy()
    for _ in range(int(rng.integers(0, 5))):                      # drips
        ys, xs = np.nonzero(line)
        k = rng.integers(len(xs)) if len(xs) else 0
        if len(xs):
            cv2.line(mask, (int(xs[k]), int(ys[k])), (int(xs[k]), int(ys[k] + size * rng.uniform(0.08, 0.3))), 255, max(1, thick // 4), cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.6, thick * 0.14)).astype(np.float32) / 255
    mist = cv2.GaussianBlur(mask, (0, 0), thick * 0.9).astype(np.float32) / 255 * np.clip(0.35 + 0.3 * lib.noise(rng, h, w, 0.2), 0, 1)
    full = np.clip(np.maximum(soft * 0.94, mist * 0.5), 0, 1)
    _mix(face, full, colour)
    return _bounds(soft, 0.3)


def vent(face, rng, lib, cx, cy, size):
    """A ventilation field with slats torn out: a ragged black hole and bent strips."""
    h, w = face.shape[:2]
    ww, hh = size * 0.55, size * rng.uniform(0.28, 0.4)
    a = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    p = np.stack([cx + ww * np.sign(np.cos(a)) * np.abs(np.cos(a)) ** 0.5 * rng.uniform(0.75, 1.1, 16), cy + hh * np.sign(np.sin(a)) * np.abs(np.sin(a)) ** 0.5 * rng.uniform(0.7, 1.1, 16)], 1)
    mask = np.zeros((h, w), np.uint8)
    cv2.fillPoly(mask, [np.round(p * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    tone = face[int(np.clip(cy, 0, h - 1)), int(np.clip(cx, 0, w - 1))].astype(float)
    _mix(face, mask.astype(np.float32) / 255 * 0.95, (16, 16, 18))
    for _ in range(int(rng.integers(3, 6))):
        y0, y1 = cy + hh * rng.uniform(-0.7, 0.7, 2)
        x1 = cx + ww * rng.uniform(-0.4, 0.7)
        cv2.line(face, (int(cx - ww * 0.9), int(y0)), (int(x1), int(y1)), tuple(int(c) for c in np.clip(tone * rng.uniform(0.7, 1.3), 0, 255)), max(1, int(size * 0.035)), cv2.LINE_AA)
    return _bounds(mask, 60)


def crack(face, rng, lib, cx, cy, size):
    """A broken-out piece with cracks running from it."""
    h, w = face.shape[:2]
    mask = np.zeros((h, w), np.uint8)
    a = np.sort(rng.uniform(0, 2 * np.pi, 9))
    p = np.stack([cx + size * 0.27 * np.cos(a) * rng.uniform(0.6, 1.2, 9), cy + size * 0.27 * np.sin(a) * rng.uniform(0.6, 1.2, 9)], 1)
    cv2.fillPoly(mask, [np.round(p * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    for _ in range(int(rng.integers(4, 7))):
        d = rng.uniform(0, 2 * np.pi)
        q = [np.array([cx, cy]) + size * 0.2 * np.array([np.cos(d), np.sin(d)])]
        for _ in range(4):
            d += rng.normal(0, 0.5)
            q.append(q[-1] + size * 0.09 * np.array([np.cos(d), np.sin(d)]))
        cv2.polylines(mask, [np.round(np.array(q) * 16).astype(np.int32)], False, 255, max(1, int(size * 0.022)), cv2.LINE_AA, 4)
    rim = cv2.dilate(mask, None, iterations=max(1, int(size * 0.012))).astype(np.float32) / 255
    _mix(face, np.clip(rim - mask / 255.0, 0, 1) * 0.6, (226, 224, 216))
    _mix(face, mask.astype(np.float32) / 255 * 0.95, (20, 19, 18))
    return _bounds(mask, 60)


def dent(face, rng, lib, cx, cy, size):
    """A strong dent: lit on the one side, dark on the other, paint scratched off in the middle."""
    h, w = face.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    k = rng.uniform(0.7, 1.2)
    g = np.exp(-(((x - cx) / (size * 0.28)) ** 2 + ((y - cy) / (size * 0.28 * k)) ** 2) ** 1.5)
    slope = ((x - cx) * 0.5 + (y - cy)) / (size * 0.28) * g
    face[:] = np.clip(face * np.exp(0.75 * np.clip(slope, -1, 1))[..., None] * (1 - 0.28 * g[..., None]), 0, 255).astype(np.uint8)
    scratch = np.zeros((h, w), np.uint8)
    for _ in range(int(rng.integers(5, 10))):
        u, v = rng.normal(0, size * 0.14, (2, 2))
        cv2.line(scratch, (int(cx + u[0]), int(cy + u[1])), (int(cx + v[0]), int(cy + v[1])), 255, max(1, int(size * 0.015)), cv2.LINE_AA)
    _mix(face, scratch.astype(np.float32) / 255 * 0.8, (70, 62, 56))
    return _bounds(g, 0.25)


PAINT = {"rust": rust, "graffiti": graffiti, "vent": vent, "crack": crack, "dent": dent}
