"""A pinhole camera, the light of the scene, and the canvas that both draw on.

World: x to the right, y up, z towards the viewer; metres; the ground is y = 0 and the
cabinet's front is z = 0. The canvas holds linear light, so that shading multiplies.
"""
import cv2
import numpy as np

from textures import linear


def unit(v):
    v = np.asarray(v, np.float32)
    return v / np.linalg.norm(v)


class Camera:
    def __init__(self, width, height, fov, position, target, roll=0.0):
        self.width, self.height = width, height
        self.focal = max(width, height) / 2 / np.tan(np.radians(fov) / 2)
        self.position = np.asarray(position, np.float32)
        forward = unit(np.asarray(target) - self.position)
        right = unit(np.cross(forward, [0, 1, 0]))
        down = np.cross(forward, right)
        c, s = np.cos(roll), np.sin(roll)
        self.rotation = np.stack([c * right + s * down, c * down - s * right, forward]).astype(np.float32)

    def project(self, points):
        """World points (N, 3) to pixels (N, 2)."""
        p = (np.asarray(points, np.float32) - self.position) @ self.rotation.T
        z = np.maximum(p[:, 2:3], 0.05)
        return p[:, :2] / z * self.focal + [self.width / 2, self.height / 2]

    def rays(self):
        """Viewing direction of every pixel (height, width, 3), one unit deep."""
        x = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal
        y = (np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.focal
        d = np.stack([*np.meshgrid(x, y), np.ones((self.height, self.width), np.float32)], -1)
        return d @ self.rotation


class Light:
    """A sun (or none) and a sky: how much light reaches a surface of a given normal."""

    def __init__(self, rng, kind):
        azimuth = rng.uniform(-1.25, 1.25) if rng.random() < 0.8 else rng.uniform(-2.6, 2.6)
        elevation = rng.uniform(0.15, 0.4) if kind == "dusk" else rng.uniform(0.45, 1.1)
        self.kind = kind
        self.sun = unit([np.sin(azimuth) * np.cos(elevation), np.sin(elevation), np.cos(azimuth) * np.cos(elevation)])
        warm = np.array([1.0, 0.93, 0.82]) if kind != "dusk" else np.array([1.0, 0.72, 0.45])
        strength = {"sun": rng.uniform(1.6, 3.0), "overcast": 0.0, "dusk": rng.uniform(0.2, 0.9), "night": 0.0}[kind]
        self.sun_rgb = (warm * strength).astype(np.float32)
        tint = np.array([0.86, 0.95, 1.12]) if kind == "sun" else np.array([0.96, 1.0, 1.05])
        self.sky_rgb = (tint * rng.uniform(0.55, 0.85)).astype(np.float32)

    def on(self, normal, visible=1.0):
        """Light on a surface; `visible` is the sunlit share (a number or a map)."""
        sky = self.sky_rgb * (0.72 + 0.28 * normal[1])
        sun = self.sun_rgb * max(0.0, float(np.dot(normal, self.sun)))
        return sky + sun * (np.asarray(visible, np.float32)[..., None] if np.ndim(visible) else visible)


class Canvas:
    def __init__(self, camera, light, library, rng):
        self.camera, self.light, self.library, self.rng = camera, light, library, rng
        self.image = np.zeros((camera.height, camera.width, 3), np.float32)
        self.dapple = np.ones((camera.height, camera.width), np.float32)   # shadows of things out of view

    def pixels_per_metre(self, point):
        depth = (np.asarray(point, np.float32) - self.camera.position) @ self.camera.rotation[2]
        return self.camera.focal / max(depth, 0.2)

    def paste(self, texture, corners, normal=None, gain=1.0):
        """Draws a flat picture (uint8 sRGB, or float linear; RGB or RGBA) between four world
        corners (top left, top right, bottom right, bottom left as seen), lit by its normal."""
        if texture.dtype == np.uint8:
            colour = linear_lut[texture[..., :3]]
            alpha = texture[..., 3].astype(np.float32) / 255 if texture.shape[2] == 4 else np.ones(texture.shape[:2], np.float32)
        else:
            colour = texture[..., :3]
            alpha = texture[..., 3] if texture.shape[2] == 4 else np.ones(texture.shape[:2], np.float32)
        quad = self.camera.project(corners).astype(np.float32)
        low = np.maximum(np.floor(quad.min(0)).astype(int) - 2, 0)
        high = np.minimum(np.ceil(quad.max(0)).astype(int) + 3, [self.camera.width, self.camera.height])
        if (high - low <= 1).any():
            return
        tex = np.dstack([colour * alpha[..., None], alpha])
        for axis, (a, b, c, d) in enumerate(((0, 1, 3, 2), (0, 3, 1, 2))):   # shrink first, so that nothing shimmers
            length = max(np.linalg.norm(quad[a] - quad[b]), np.linalg.norm(quad[c] - quad[d]), 2)
            size = [tex.shape[1], tex.shape[0]]
            if size[axis] > 1.3 * length:
                size[axis] = max(2, int(length * 1.1))
                tex = cv2.resize(tex, size, interpolation=cv2.INTER_AREA)
        h, w = tex.shape[:2]
        source = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32) + 0.5
        tex = cv2.copyMakeBorder(tex, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        matrix = cv2.getPerspectiveTransform(source + 0.5, quad - low.astype(np.float32))
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        layer = cv2.warpPerspective(tex, matrix, size, flags=cv2.INTER_LINEAR)
        region = np.s_[low[1]:high[1], low[0]:high[0]]
        light = gain if normal is None else self.light.on(normal, self.dapple[region]) * gain
        self.image[region] = self.image[region] * (1 - layer[..., 3:]) + layer[..., :3] * light

    def box(self, corners, front=None, side=None, top=None):
        """Draws the visible faces of an upright box; corners = (x0, x1, y0, y1, z0, z1)."""
        x0, x1, y0, y1, z0, z1 = corners
        cx, cy, _ = self.camera.position
        if top is not None and cy > y1:
            self.paste(top, [(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], (0, 1, 0))
        if side is not None and cx < x0:
            self.paste(side, [(x0, y1, z0), (x0, y1, z1), (x0, y0, z1), (x0, y0, z0)], (-1, 0, 0))
        if side is not None and cx > x1:
            self.paste(side, [(x1, y1, z1), (x1, y1, z0), (x1, y0, z0), (x1, y0, z1)], (1, 0, 0))
        if front is not None:
            self.paste(front, [(x0, y1, z1), (x1, y1, z1), (x1, y0, z1), (x0, y0, z1)], (0, 0, 1))


linear_lut = (np.arange(256, dtype=np.float32) / 255) ** 2.2
__all__ = ["Camera", "Canvas", "Light", "linear", "unit"]
