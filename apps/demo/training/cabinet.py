"""The street cabinet: painted faces, label plate, doors, plinth, and its open inside."""
import cv2
import numpy as np

import damage
import wiring
from wiring import rect, shade, text

PAINTS = [(172, 176, 172), (196, 198, 192), (150, 154, 152), (86, 104, 84), (64, 82, 66), (198, 188, 160), (108, 114, 118), (218, 218, 212), (122, 132, 128), (90, 84, 76)]


def weathered(face, rng, lib, dirt=1.0):
    """Uneven gloss, rain streaks, splashed dirt at the foot: paint is never one colour."""
    h, w = face.shape[:2]
    k = 1.06 - 0.14 * np.linspace(0, 1, h, dtype=np.float32)[:, None] + 0.02 * lib.noise(rng, h, w, 3) + 0.012 * lib.noise(rng, h, w, 0.3)
    streak = cv2.resize(lib.noise(rng, 3, w, 0.5), (w, h), interpolation=cv2.INTER_CUBIC)
    k = k * (1 - 0.035 * dirt * np.clip(streak, 0, 2)) + 0.012 * np.random.default_rng(rng.integers(2**31)).standard_normal((h, w), dtype=np.float32)
    mud = np.clip(np.exp(-np.linspace(1, 0, h, dtype=np.float32)[:, None] / 0.10) * (0.55 + 0.4 * lib.noise(rng, h, w, 0.5)), 0, 0.8) * 0.55 * dirt
    out = face * k[..., None] * (1 - mud[..., None]) + mud[..., None] * np.array([104, 94, 78])
    face[:] = np.clip(out, 0, 255).astype(np.uint8)


def louvres(face, x, y, w, h, paint, px):
    """A field of ventilation slats, each with a lit upper edge and a dark slot."""
    step = 0.017 * px
    for k in range(max(1, int(h / step))):
        yy = y + k * step
        rect(face, x, yy, w, max(1, step * 0.45), shade(paint, 0.32))
        rect(face, x, yy + step * 0.45, w, max(1, step * 0.22), shade(paint, 1.14))


def plate(rng, px, name):
    """The label plate: printed number, operator line and a little barcode."""
    w, h = int(rng.uniform(0.17, 0.26) * px), int(rng.uniform(0.075, 0.11) * px)
    ground = [(244, 244, 240), (240, 240, 236), (246, 214, 60), (206, 208, 210)][rng.integers(4)]
    tag = np.zeros((h, w, 3), np.uint8)
    rect(tag, 0, 0, w, h, ground, (40, 42, 48), max(1, 0.003 * px))
    text(tag, (w * 0.06, h * 0.06), name, min(h * 0.42, w * 1.4 / len(name)), (16, 18, 24))
    text(tag, (w * 0.06, h * 0.66), rng.choice(["FIBRE NETWORK", "OPEN ACCESS", "FTTH  24H 555-0100", "OPTICAL NODE"]), h * 0.17, (30, 40, 90))
    x, end = w * 0.60, w * 0.95
    while x < end:
        bar = max(1, px * 0.0011 * rng.integers(1, 4))
        rect(tag, x, h * 0.60, bar, h * 0.32, (10, 10, 12))
        x += bar + max(1, px * 0.0011 * rng.integers(1, 4))
    return tag


def door(face, rng, x, y, w, h, paint, px, hinge, vents, lock=True):
    """One closed leaf: seam, bevel, vents, hinges, swing handle."""
    edge = max(1, 0.004 * px)
    rect(face, x, y, w, h, paint, shade(paint, 0.25), edge)
    rect(face, x + edge, y + edge, w - 2 * edge, edge, shade(paint, 1.2))
    rect(face, x + edge, y + edge, edge, h - 2 * edge, shade(paint, 1.12))
    rect(face, x + edge, y + h - 2 * edge, w - 2 * edge, edge, shade(paint, 0.72))
    if "top" in vents:
        louvres(face, x + w * 0.16, y + 0.05 * px, w * 0.68, 0.10 * px, paint, px)
    if "bottom" in vents:
        louvres(face, x + w * 0.16, y + h - 0.16 * px, w * 0.68, 0.11 * px, paint, px)
    for k in (0.12, 0.5, 0.86):
        hx = x - 0.004 * px if hinge == "left" else x + w - 0.012 * px
        rect(face, hx, y + h * k, 0.016 * px, 0.06 * px, shade(paint, 0.8), shade(paint, 0.4), edge * 0.5)
    if lock:
        lx = x + w - 0.075 * px if hinge == "left" else x + 0.035 * px
        rect(face, lx, y + h * 0.44, 0.04 * px, 0.15 * px, (44, 46, 50), (20, 20, 22), edge * 0.6)
        rect(face, lx + 0.011 * px, y + h * 0.455, 0.018 * px, 0.09 * px, (96, 98, 102), (30, 30, 32), edge * 0.5)
        cv2.circle(face, (int(lx + 0.02 * px), int(y + h * 0.44 + 0.13 * px)), max(1, int(0.008 * px)), (170, 168, 160), -1, cv2.LINE_AA)


def leaf_inside(rng, lib, w, h, paint, px):
    """The inner side of a door: stiffeners, seal, document pocket."""
    inner = shade(paint, rng.uniform(0.85, 1.1))
    face = np.zeros((int(h * px), int(w * px), 3), np.uint8)
    H, W = face.shape[:2]
    rect(face, 0, 0, W, H, inner, (30, 30, 32), 0.012 * px)
    for k in (0.28, 0.72):
        rect(face, W * 0.08, H * k, W * 0.84, 0.03 * px, shade(inner, 1.08), shade(inner, 0.6), 0.003 * px)
    if rng.random() < 0.6:
        rect(face, W * 0.2, H * 0.42, W * 0.6, H * 0.2, (196, 194, 186), (90, 90, 88), 0.003 * px)
        rect(face, W * 0.26, H * 0.39, W * 0.48, H * 0.12, (240, 240, 234), (150, 150, 148), 0.002 * px)
    weathered(face, rng, lib, 0.4)
    return face


def overlaps(box, others, gap):
    return any(box[0] < o[2] + gap and o[0] < box[2] + gap and box[1] < o[3] + gap and o[1] < box[3] + gap for o in others)


def draw(canvas, spec):
    """Draws the cabinet of `spec`; returns [(label, world corners of its rectangle)]."""
    rng, lib = canvas.rng, canvas.library
    w, h, d, base = spec.width, spec.height, spec.depth, spec.plinth
    top = base + h
    px = float(np.clip(canvas.pixels_per_metre((0, base + h / 2, 0)) * 1.4, 120, 1500))
    paint = PAINTS[rng.integers(len(PAINTS))] if spec.paint is None else spec.paint
    found, H, W = [], int(h * px), int(w * px)

    def world(rectangle):                                         # face pixels -> corners on the front
        x0, y0, x1, y1 = np.array(rectangle, float) / px
        return [(x0 - w / 2, top - y0, 0), (x1 - w / 2, top - y0, 0), (x1 - w / 2, top - y1, 0), (x0 - w / 2, top - y1, 0)]

    face = np.zeros((H, W, 3), np.uint8)
    rect(face, 0, 0, W, H, paint, shade(paint, 0.6), 0.004 * px)
    header = 0.125 * px if spec.header else 0.035 * px
    m = 0.035 * px
    leaves = 2 if w > 0.95 else 1
    lw = (W - 2 * m) / leaves
    opened = [] if spec.door == "closed" else ([0] if leaves == 1 else [[0], [1], [0, 1]][rng.integers(3)])
    vents = [("top", "bottom"), ("top",), ("bottom",), ()][rng.integers(4)]
    single = str(rng.choice(["left", "right"]))
    hinges = [single] if leaves == 1 else ["left", "right"]
    doors = [(m + i * lw, header, lw, H - header - m) for i in range(leaves)]
    for i, box in enumerate(doors):
        door(face, rng, *box, paint, px, hinges[i], vents, leaves == 1 or i == 1 or 1 in opened)
    closed = [box for i, box in enumerate(doors) if i not in opened]
    taken = []
    if spec.label:
        tag = plate(rng, px, spec.name)
        th, tw = tag.shape[:2]
        if spec.header and (not closed or rng.random() < 0.5):
            x, y = rng.uniform(0.05, 0.95) * (W - tw - 2 * m) + m, max(1, (header - th) / 2)
        else:
            box = closed[rng.integers(len(closed))]
            x, y = box[0] + rng.uniform(0.2, 0.8) * (box[2] - tw), box[1] + box[3] * rng.uniform(0.22, 0.36)
        x, y = int(np.clip(x, 0, W - tw)), int(y)
        taken.append((x, y, x + tw, y + th))
    if closed and rng.random() < 0.5:                             # a warning sign is no label plate
        box, s = closed[rng.integers(len(closed))], 0.07 * px
        x, y = box[0] + box[2] * rng.uniform(0.2, 0.7), box[1] + box[3] * rng.uniform(0.38, 0.62)
        if not overlaps((x, y, x + s, y + s), taken, 0.03 * px):
            taken.append((x, y, x + s, y + s))
            cv2.fillPoly(face, [np.array([[x + s / 2, y], [x + s, y + s], [x, y + s]], np.int32)], (240, 200, 30), cv2.LINE_AA)
            cv2.polylines(face, [np.array([[x + s / 2, y], [x + s, y + s], [x, y + s]], np.int32)], True, (20, 20, 20), max(1, int(0.006 * px)), cv2.LINE_AA)
            cv2.line(face, (int(x + s * 0.54), int(y + s * 0.4)), (int(x + s * 0.46), int(y + s * 0.85)), (20, 20, 20), max(1, int(0.008 * px)))
    weathered(face, rng, lib, spec.dirt)
    if spec.label:
        x0, y0, x1, y1 = taken[0]
        dark = face[y0:min(H, y1 + int(0.004 * px) + 1), x0:min(W, x1 + int(0.003 * px) + 1)]
        dark[:] = (dark * 0.45).astype(np.uint8)
        face[y0:y1, x0:x1] = tag[: H - y0, : W - x0]
        found.append(("label_plate", world(taken[0])))
    inner = [leaf_inside(rng, lib, lw / px, (H - header - m) / px, paint, px) for _ in opened]
    places = [(face, (b[0], b[1], b[0] + b[2], b[1] + b[3]), None) for b in closed] or [(inner[0], (0, 0, inner[0].shape[1], inner[0].shape[0]), 0)]
    on_leaf = []
    luck = rng if spec.damage_seed is None else np.random.default_rng(spec.damage_seed)
    for kind in spec.damages:
        for _ in range(25):
            target, (x0, y0, x1, y1), leaf = places[luck.integers(len(places))]
            size = luck.uniform(0.16, 0.34) * min(px, (x1 - x0) / 0.45) * spec.damage_size
            half = size * 0.62
            if x1 - x0 < 2 * half + 4 or y1 - y0 < 2 * half + 4:
                continue
            cx, cy = luck.uniform(x0 + half, x1 - half), luck.uniform(y0 + half, y1 - half)
            box = (cx - half, cy - half, cx + half, cy + half)
            busy = on_leaf if leaf is not None or spec.damage_seed is not None else taken
            if overlaps(box, busy, 0.04 * px):
                continue
            bounds = damage.PAINT[kind](target, luck, lib, cx, cy, size)
            if bounds is None:
                continue
            busy.append(tuple(np.minimum(box[:2], bounds[:2])) + tuple(np.maximum(box[2:], bounds[2:])))
            found.append(("degradation", world(bounds)) if leaf is None else ("degradation", (leaf, bounds)))
            break
    # far to near: plinth, body, inside, frame with doors, opened leaves
    stone = np.full((32, 64, 3), (128, 126, 120), np.uint8)
    stone[:] = np.clip(stone * (1 + 0.06 * rng.standard_normal((32, 64, 1))), 0, 255).astype(np.uint8)
    canvas.box((-w / 2 + 0.02, w / 2 - 0.02, 0, base, -d, -0.01), stone, stone, stone)
    side = np.zeros((max(8, H // 2), max(8, int(d * px / 2)), 3), np.uint8)
    rect(side, 0, 0, side.shape[1], side.shape[0], paint, shade(paint, 0.7), 2)
    weathered(side, rng, lib, spec.dirt)
    roof = np.full((16, 16, 3), shade(paint, 1.04), np.uint8)
    canvas.box((-w / 2, w / 2, base, top, -d, 0), None, side, roof)
    alpha = np.full((H, W, 1), 255, np.uint8)
    for i in opened:
        x, y, ww, hh = (int(v) for v in doors[i])
        inside(canvas, x / px - w / 2, (x + ww) / px - w / 2, top - (y + hh) / px, top - y / px, d, paint, px, spec)
        alpha[y:y + hh, x:x + ww] = 0
    canvas.paste(np.dstack([face, alpha]), world((0, 0, W, H)), (0, 0, 1))
    cap = np.full((8, 64, 3), shade(paint, 0.92), np.uint8)
    cap[:2] = shade(paint, 1.1)
    canvas.box((-w / 2 - 0.015, w / 2 + 0.015, top, top + 0.035, -d - 0.015, 0.025), cap, cap, roof)
    for n, i in enumerate(opened):
        corners = swing(canvas, doors[i], hinges[i], inner[n], face, px, w, top, rng)
        for k, (label, where) in enumerate(found):
            if label == "degradation" and where[0] == n and len(where) == 2:
                q, (ih, iw) = np.array(corners), inner[n].shape[:2]
                x0, y0, x1, y1 = where[1]
                found[k] = (label, [tuple(q[0] + (q[1] - q[0]) * x / iw + (q[3] - q[0]) * y / ih) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
    body = [(x, y, z) for x in (-w / 2, w / 2) for y in (base * 0.3, top + 0.035) for z in (-d, 0)]
    return [("door_open" if opened else "door_closed", body)] + found


def inside(canvas, x0, x1, y0, y1, depth, paint, px, spec):
    """The recess behind an opened leaf, with its equipment."""
    rng, light = canvas.rng, canvas.light
    glow = (light.sky_rgb * 0.62 + 0.22 * light.sun_rgb).astype(np.float32)
    zb = -depth * 0.62
    back = rack_in = wiring.rack(rng, x1 - x0, y1 - y0, px, spec.neat, shade(paint, 0.8), 0.07)
    k = np.minimum(1, 0.45 + 2.2 * np.linspace(0, 1, back.shape[0]))[:, None, None]
    rack_in[..., :3] = (back[..., :3] * k).astype(np.uint8)
    fade = np.linspace(1, 0.4, 32)[None, :, None] * np.ones((32, 1, 3))
    wall = lambda flip: (np.asarray(shade(paint, 0.9)) * (fade[:, ::-1] if flip else fade)).astype(np.uint8)
    canvas.paste(rack_in, [(x0, y1, zb), (x1, y1, zb), (x1, y0, zb), (x0, y0, zb)], None, glow)
    canvas.paste(wall(False), [(x0, y1, 0), (x0, y1, zb), (x0, y0, zb), (x0, y0, 0)], None, glow)
    canvas.paste(wall(True), [(x1, y1, zb), (x1, y1, 0), (x1, y0, 0), (x1, y0, zb)], None, glow)
    floor = np.transpose(wall(True), (1, 0, 2))
    canvas.paste(floor, [(x0, y0, zb), (x1, y0, zb), (x1, y0, 0), (x0, y0, 0)], None, glow * 1.1)
    canvas.paste((np.transpose(wall(False), (1, 0, 2))), [(x0, y1, 0), (x1, y1, 0), (x1, y1, zb), (x0, y1, zb)], None, glow * 0.5)


def swing(canvas, box, hinge, inner, face, px, w, top, rng):
    """Draws an opened leaf; returns its corners as seen."""
    x, y, lw, lh = box
    angle, width = np.radians(rng.uniform(95, 150)), lw / px
    sign = 1 if hinge == "left" else -1
    hx = (x if hinge == "left" else x + lw) / px - w / 2
    fx, fz = hx + sign * width * np.cos(angle), width * np.sin(angle)
    y1, y0 = top - y / px, top - (y + lh) / px
    left, right = ((fx, fz), (hx, 0)) if sign > 0 else ((hx, 0), (fx, fz))
    corners = [(left[0], y1, left[1]), (right[0], y1, right[1]), (right[0], y0, right[1]), (left[0], y0, left[1])]
    normal = np.array([sign * np.sin(angle), 0, -np.cos(angle)])
    if np.dot(canvas.camera.position - [hx, 1, 0], normal) < 0:  # seen from the outside after all
        inner = np.ascontiguousarray(inner[:, ::-1])
        normal = -normal
    canvas.paste(inner, corners, normal)
    return corners
