"""Everything around the cabinet: sky, far houses, wall or hedge, pavement, clutter."""
import cv2
import numpy as np

from textures import linear


def sample(levels, u, v, footprint, metres=2.0):
    """Texture colour at plane coordinates, from the mip level that fits the pixel's footprint."""
    size = levels[0].shape[0]
    level = np.clip(np.log2(np.maximum(footprint * size / metres, 1e-3)), 0, len(levels) - 1)
    out = np.zeros((*u.shape, 3), np.float32)
    for i, tile in enumerate(levels):
        weight = np.maximum(0, 1 - np.abs(level - i))
        if weight.max() <= 0:
            continue
        n = tile.shape[0]
        x, y = np.mod(u / metres, 1) * n - 0.5, np.mod(-v / metres, 1) * n - 0.5
        out += cv2.remap(tile, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP) * weight[..., None]
    return out


def sunlit(points, sun, boxes):
    """1 where the sun reaches a point, 0 in the shadow of one of the boxes (slab test)."""
    lit = np.ones(points.shape[:2], np.float32)
    for x0, x1, y0, y1, z0, z1 in boxes:
        near, far = np.full(lit.shape, 1e-3, np.float32), np.full(lit.shape, 1e9, np.float32)
        for axis, (a, b) in enumerate(((x0, x1), (y0, y1), (z0, z1))):
            d = sun[axis] if abs(sun[axis]) > 1e-4 else 1e-4
            t0, t1 = (a - points[..., axis]) / d, (b - points[..., axis]) / d
            near, far = np.maximum(near, np.minimum(t0, t1)), np.minimum(far, np.maximum(t0, t1))
        lit[near < far] = 0
    return lit


def contact(points, boxes, reach=0.16, depth=0.55):
    """Ambient light lost next to the boxes."""
    out = np.ones(points.shape[:2], np.float32)
    for b in boxes:
        centre, half = np.array([b[0] + b[1], b[2] + b[3], b[4] + b[5]]) / 2, np.array([b[1] - b[0], b[3] - b[2], b[5] - b[4]]) / 2
        d = np.linalg.norm(np.maximum(np.abs(points - centre) - half, 0), axis=-1)
        out *= 1 - depth * np.exp(-d / reach)
    return out.astype(np.float32)


def backdrop(canvas, spec, boxes):
    """Fills the whole picture with sky, far side, wall and ground, with all their shadows."""
    cam, light, lib, rng = canvas.camera, canvas.light, canvas.library, canvas.rng
    h, w = cam.height, cam.width
    rays = cam.rays()
    if light.kind == "sun" and rng.random() < spec.dapple:
        field = lib.noise(rng, h, w, rng.uniform(1, 4))
        soft = rng.uniform(0.5, 1.4)
        canvas.dapple = np.clip(0.5 + (field + rng.uniform(-0.4, 1.2)) / soft, 0.05, 1).astype(np.float32)
    # sky and whatever stands on the other side
    elevation = rays[..., 1] / np.linalg.norm(rays, axis=-1)
    cloud = np.clip(lib.noise(rng, h, w, 2) * 0.5 + rng.uniform(-0.3, 0.8), 0, 1)[..., None]
    blue = linear((112, 158, 216)) if light.kind == "sun" else linear((170, 178, 190))
    sky = (blue + (linear((232, 236, 242)) - blue) * np.clip(cloud + 0.6 * np.exp(-6 * np.abs(elevation))[..., None], 0, 1)) * (light.sky_rgb + 0.4 * light.sun_rgb) * 1.3
    if light.kind == "dusk":
        sky = sky * np.array([1.1, 0.8, 0.62], np.float32)
    zfar = -rng.uniform(7, 16)
    t = (zfar - cam.position[2]) / np.minimum(rays[..., 2], -1e-3)
    p = cam.position + rays * t[..., None]
    if rng.random() < 0.5:                                        # houses
        roof = rng.uniform(4, 9) + (np.floor(p[..., 0] / rng.uniform(7, 12)) % 2) * rng.uniform(0.4, 1.5)
        colour = sample(lib.get(rng.choice(lib.WALLS[:7])), p[..., 0], p[..., 1], t / cam.focal)
        pitch = rng.uniform(2.8, 4.2)
        fx, fy = np.mod(p[..., 0] + rng.uniform(0, 3), pitch) - pitch / 2, np.mod(p[..., 1] + rng.uniform(0, 1), 2.8) - 1.4
        colour[(np.abs(fx) < 0.62) & (np.abs(fy) < 0.80)] *= 1.25     # stone frame, pane, middle bar
        colour[(np.abs(fx) < 0.52) & (np.abs(fy) < 0.70) & (np.abs(fx) > 0.03)] = linear((58, 68, 78))
    else:                                                         # trees
        roof = rng.uniform(1.5, 6) + lib.noise(rng, 4, w, 1)[0] * 0.7 + lib.noise(rng, h, w, 0.5) * 0.25
        colour = sample(lib.get(rng.choice(lib.HEDGES)), p[..., 0] / 2.5, p[..., 1] / 2.5, t / cam.focal / 2.5)
    far = colour * light.on((0, 0, 1)) * 0.9 + 0.02
    mask = np.clip((roof - p[..., 1]) / (t / cam.focal * 1.5), 0, 1)[..., None] * (rays[..., 2:] < -1e-3)
    image = sky + (far - sky) * mask
    # ground
    t = np.where(rays[..., 1] < -1e-3, -cam.position[1] / np.minimum(rays[..., 1], -1e-3), 60).clip(0, 60)
    p = cam.position + rays * t[..., None]
    slant = np.sqrt(np.maximum(np.abs(rays[..., 1]), 0.05))
    turn = rng.uniform(-0.12, 0.12) + rng.choice([0, np.pi / 2])
    gu, gv = p[..., 0] * np.cos(turn) - p[..., 2] * np.sin(turn), p[..., 0] * np.sin(turn) + p[..., 2] * np.cos(turn)
    foot = t / cam.focal / slant
    shift = rng.random(2) * 2
    colour = sample(lib.get(spec.ground), gu + shift[0], gv + shift[1], foot)
    verge = rng.uniform(-0.3, 0.15) if spec.verge else -99          # strip of grass along the wall
    grass = np.clip((verge - p[..., 2] + lib.noise(rng, h, w, 0.7) * 0.04) / 0.03, 0, 1)[..., None] if spec.verge else 0
    if spec.verge:
        colour = colour + (sample(lib.get("grass"), p[..., 0], p[..., 2], foot) - colour) * grass
    dirt = np.exp(0.16 * lib.noise(rng, h, w, 1.5))
    colour = colour * (dirt * (1 - 0.35 * np.exp(-np.abs(p[..., 2] - spec.wall_z) / 0.15)))[..., None]
    lit = cv2.GaussianBlur(sunlit(p, light.sun, boxes), (0, 0), w / 500 + 0.4) * canvas.dapple
    if spec.wall_height > 0 and light.sun[2] < 0:
        lit *= np.clip((p[..., 2] - spec.wall_z + spec.wall_height * light.sun[2] / light.sun[1]) / 0.05, 0.0, 1)
    ground = colour * light.on((0, 1, 0), lit) * contact(p, boxes)[..., None]
    below = ((rays[..., 1] < -1e-3) & (p[..., 2] > zfar))[..., None]
    image = np.where(below, ground, image)
    # wall, fence or hedge behind the cabinet
    if spec.wall_height > 0:
        t = (spec.wall_z - cam.position[2]) / np.minimum(rays[..., 2], -1e-3)
        p = cam.position + rays * t[..., None]
        shift = rng.random(2) * 2
        colour = sample(lib.get(spec.wall), p[..., 0] + shift[0], p[..., 1] + shift[1], t / cam.focal)
        grime = 1 - 0.45 * np.exp(-p[..., 1] / 0.18) + 0.08 * lib.noise(rng, h, w, 1.5)
        lit = cv2.GaussianBlur(sunlit(p, light.sun, boxes), (0, 0), w / 400 + 0.4) * canvas.dapple
        wall = colour * light.on((0, 0, 1), lit) * (grime * contact(p, boxes, 0.25, 0.4))[..., None]
        top = spec.wall_height
        if spec.wall.startswith("hedge"):
            top = top + lib.noise(rng, 4, w, 0.6)[0] * 0.05 + lib.noise(rng, h, w, 0.3) * 0.04
        mask = np.clip((top - p[..., 1]) / (t / cam.focal), 0, 1) * (rays[..., 2] < -1e-3) * np.clip(p[..., 1] / (t / cam.focal) + 0.5, 0, 1)
        image = image + (wall - image) * mask[..., None]
    canvas.image = image.astype(np.float32)
