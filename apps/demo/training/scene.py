"""Composes a scene from a `Spec` and renders it: street with cabinet, street, or close-up."""
import dataclasses

import numpy as np

import cabinet
import clutter
import damage
import street
import tag
import wiring
from camera import Camera, Canvas, Light
from textures import Library

LABELS = ["door_open", "door_closed", "label_plate", "degradation"]


@dataclasses.dataclass
class Spec:
    """What is in the picture. `random_spec` fills it; a demo photo overrides what it wants."""

    kind: str = "cabinet"            # cabinet | street | closeup
    door: str = "closed"
    label: bool = True
    damages: tuple = ()
    damage_size: float = 1.0
    damage_seed: int | None = None   # set: the same damage however the rest of the picture differs
    neat: bool = True
    light: str = "sun"
    wall: str = "brick_red"
    wall_height: float = 2.5         # 0: no wall
    wall_z: float = -0.8
    ground: str = "slabs"
    verge: bool = False
    dapple: float = 0.4
    dirt: float = 1.0
    width: float = 0.8
    height: float = 1.2
    depth: float = 0.4
    plinth: float = 0.15
    header: bool = False
    paint: tuple | None = None
    name: str = "FC-0412"
    fill: float = 0.65               # share of the picture's height that the cabinet takes
    angle: float = 0.0               # from where it is seen, radians from straight ahead
    fov: float = 62.0
    things: tuple = ()
    tag: str | None = None           # what the sticker in a close-up says


def random_spec(rng, kind="cabinet"):
    s = Spec(kind=kind)
    s.door = str(rng.choice(["closed", "open"], p=[0.6, 0.4]))
    s.label = bool(rng.random() < 0.6)
    s.damages = tuple(str(d) for d in rng.choice(damage.KINDS, rng.choice([0, 1, 2, 3], p=[0.45, 0.27, 0.2, 0.08])))
    s.damage_size, s.neat = rng.uniform(0.75, 1.25), bool(rng.random() < 0.5)
    s.light = str(rng.choice(["sun", "overcast", "dusk"], p=[0.5, 0.38, 0.12]))
    s.wall = str(rng.choice(Library.WALLS + Library.HEDGES * 2))
    s.depth = rng.uniform(0.3, 0.5)
    s.wall_z = -s.depth - rng.choice([0.05, rng.uniform(0.1, 1.2)])
    s.wall_height = 0.0 if rng.random() < 0.1 else rng.uniform(1.3, 2.2) if rng.random() < 0.55 or s.wall.startswith(("hedge", "fence")) else 9.0
    s.ground, s.verge = str(rng.choice(Library.GROUNDS)), bool(rng.random() < 0.35)
    s.dirt, s.dapple = rng.uniform(0.3, 1.5), 0.4
    s.width, s.height, s.plinth = rng.uniform(0.6, 1.35), rng.uniform(0.95, 1.5), rng.uniform(0.05, 0.25)
    s.header = bool(rng.random() < 0.4) or (s.label and s.door == "open")
    s.name = f"{rng.choice(['FC', 'PM', 'NRO', 'SRO', 'KVZ'])}-{rng.integers(10000):04d}"
    s.fill, s.angle = rng.uniform(0.38, 0.82), rng.uniform(-0.6, 0.6)
    s.fov = rng.uniform(55, 70)
    s.things = tuple(t for t, p in (("bin", 0.18), ("pole", 0.18), ("weeds", 0.5), ("leaves", 0.35), ("feature", 0.3), ("letter", 0.08), ("car", 0.06)) if rng.random() < p * (2 if kind == "street" else 1))
    return s


def render(spec, rng, width, height, library):
    """Returns (linear picture, [(label, (x0, y0, x1, y1) in pixels)])."""
    return closeup(spec, rng, width, height, library) if spec.kind == "closeup" else outdoor(spec, rng, width, height, library)


def outdoor(spec, rng, width, height, library):
    total = spec.height + spec.plinth
    focal = max(width, height) / 2 / np.tan(np.radians(spec.fov) / 2)
    need = max(total / (spec.fill * height), spec.width * (1.9 if spec.door == "open" else 1.15) / (0.92 * width))
    distance = max(1.25, focal * need)
    target = np.array([rng.uniform(-0.12, 0.12) * distance * 0.5, total * rng.uniform(0.45, 0.6), 0])
    eye = [np.sin(spec.angle) * distance, rng.uniform(1.15, 1.65), np.cos(spec.angle) * distance]
    if spec.kind == "street":
        target = target + [rng.uniform(-1, 1), rng.uniform(-0.2, 0.6), 0]
    camera = Camera(width, height, spec.fov, eye, target, rng.normal(0, 0.02))
    canvas = Canvas(camera, Light(rng, spec.light), library, rng)
    body = (-spec.width / 2, spec.width / 2, 0, total, -spec.depth, 0)
    boxes = [body] if spec.kind == "cabinet" else []
    bins = [clutter.bin_box(rng)] if "bin" in spec.things else []
    street.backdrop(canvas, spec, boxes + bins)
    if "car" in spec.things and spec.wall_height == 0:
        clutter.draw_car(canvas, rng.uniform(-2, 2), rng.uniform(-5, -2.5))
    if "feature" in spec.things and spec.wall_height > 3:
        clutter.draw_wall_feature(canvas, spec.wall_z)
    if "pole" in spec.things:
        clutter.draw_pole(canvas)
    for b in bins:
        clutter.draw_bin(canvas, b)
    if "letter" in spec.things:
        clutter.draw_letter_box(canvas, rng.choice([-1, 1]) * rng.uniform(1.2, 1.7))
    growth = rng.uniform(0.08, 0.22)
    if "weeds" in spec.things:                                     # along the wall now, at the cabinet's foot once it stands
        clutter.blades(canvas, [(rng.uniform(-2.2, 2.2), 0, spec.wall_z + 0.05) for _ in range(rng.integers(2, 8))], growth)
    objects = []
    if spec.kind == "cabinet":
        for label, points in cabinet.draw(canvas, spec):
            p = camera.project(points)
            raw = np.concatenate([p.min(0), p.max(0)])
            box = np.clip(raw, 0, [width, height, width, height])
            if (box[2] - box[0]) * (box[3] - box[1]) > 0.5 * (raw[2] - raw[0]) * (raw[3] - raw[1]):
                objects.append((label, tuple(float(v) for v in box)))
    if "weeds" in spec.things and spec.kind == "cabinet":
        foot = [(rng.uniform(-spec.width / 2, spec.width / 2), 0, rng.uniform(-0.02, 0.03)) for _ in range(rng.integers(1, 5))]
        clutter.blades(canvas, foot, growth)
    if "leaves" in spec.things:
        clutter.leaves(canvas, int(rng.integers(5, 50)))
    return canvas.image, objects


def closeup(spec, rng, width, height, library):
    """Cabling from half a metre away, lit by the sky or by the phone's lamp."""
    view = rng.uniform(0.42, 0.62)
    w, h = view * 1.25, view * 1.25 * max(0.8, height / width)
    distance = view / 2 / np.tan(np.radians(spec.fov) / 2)
    eye = [rng.uniform(-0.3, 0.3) * distance, h / 2 + rng.uniform(-0.2, 0.3) * distance, distance]
    camera = Camera(width, height, spec.fov, eye, [rng.uniform(-0.03, 0.03), h / 2 + rng.uniform(-0.03, 0.03), 0], rng.normal(0, 0.04))
    canvas = Canvas(camera, Light(rng, "overcast"), library, rng)
    px = float(np.clip(canvas.pixels_per_metre((0, h / 2, 0)) * 1.15, 200, 3200))
    tone = [(70, 72, 74), (150, 152, 150), (196, 196, 190), (100, 106, 108)][rng.integers(4)]
    picture = wiring.rack(rng, w, h, px, spec.neat, tone, rng.uniform(0.10, 0.15))
    if spec.tag:
        tag.stick(picture, spec.tag, px)
    fine = np.random.default_rng(rng.integers(2**31))              # its own generator: a scene is the same at any size
    grain = 1 + 0.025 * fine.standard_normal(picture.shape[:2], dtype=np.float32) + 0.03 * library.noise(rng, *picture.shape[:2], 2)
    y, x = np.mgrid[0:picture.shape[0], 0:picture.shape[1]].astype(np.float32) / px
    lamp = 0.4 + 0.75 * np.exp(-((x - w * rng.uniform(0.3, 0.7)) ** 2 + (y - h * rng.uniform(0.2, 0.6)) ** 2) / rng.uniform(0.08, 0.4))
    picture[..., :3] = np.clip(picture[..., :3] * (grain * lamp)[..., None], 0, 255).astype(np.uint8)
    canvas.image[:] = (np.asarray(tone, np.float32) / 255) ** 2.2 * 0.25
    canvas.paste(picture, [(-w / 2, h, 0), (w / 2, h, 0), (w / 2, 0, 0), (-w / 2, 0, 0)], None, canvas.light.sky_rgb)
    return canvas.image, []
