"""What a phone does to the light it gets: lens, exposure, noise, tone, sharpening."""
import cv2
import numpy as np


def blur_kernel(rng, kind, radius):
    """A defocus disc or a slightly bent motion trail."""
    n = int(radius if radius <= 4 else 1.6 * radius) * 2 + 3
    kernel = np.zeros((n, n), np.float32)
    c = n // 2
    if kind == "defocus":
        cv2.circle(kernel, (c, c), int(radius), 1, -1)
        if radius > 4:                                            # a large disc has a soft rim
            kernel = cv2.GaussianBlur(kernel, (0, 0), 0.35 * (radius - 4), borderType=cv2.BORDER_CONSTANT)
    else:
        a, bend = rng.uniform(0, np.pi), rng.uniform(-0.4, 0.4)
        t = np.linspace(-1, 1, 4 * n)
        x, y = t * np.cos(a) - bend * t * t * np.sin(a), t * np.sin(a) + bend * t * t * np.cos(a)
        np.add.at(kernel, (np.round(c + y * radius).astype(int).clip(0, n - 1), np.round(c + x * radius).astype(int).clip(0, n - 1)), 1)
        kernel = cv2.GaussianBlur(kernel, (0, 0), 0.7)
    return kernel / kernel.sum()


def expose(image, rng, target, blur=None, iso=1.0, cast=None, glare=0.0, contrast=1.0):
    """Linear light to an 8-bit RGB photo whose mean brightness is about `target` (0..1)."""
    h, w = image.shape[:2]
    size = max(h, w)
    image = np.maximum(image, 0)
    cast = np.exp(rng.normal(0, 0.05, 3)) if cast is None else np.asarray(cast)
    image = image * cast.astype(np.float32)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    r2 = ((x - w / 2) ** 2 + (y - h / 2) ** 2) / (size / 2) ** 2
    image = image * (1 - rng.uniform(0.08, 0.25) * r2)[..., None]                     # vignetting
    for channel, sign in ((0, 1), (2, -1)):                                           # lateral colour
        s = 1 + sign * rng.uniform(0, 0.0007)
        m = np.array([[s, 0, (1 - s) * w / 2], [0, s, (1 - s) * h / 2]], np.float32)
        image[..., channel] = cv2.warpAffine(np.ascontiguousarray(image[..., channel]), m, (w, h), borderMode=cv2.BORDER_REPLICATE)
    if blur:
        image = cv2.filter2D(image, -1, blur_kernel(rng, *blur), borderType=cv2.BORDER_REFLECT)
    if glare > 0:                                                                      # sun at a corner of the view
        gx, gy = rng.uniform(0, w), rng.uniform(-0.1, 0.15) * h
        d = np.hypot(x - gx, y - gy) / size
        image = image + (glare * image.mean() * (2.0 * np.exp(-d / 0.10) + 0.6 * np.exp(-d / 0.5)))[..., None] * np.array([1, 0.95, 0.85], np.float32)
    gain, goal = 1.0, target
    small = image[::4, ::4]
    for _ in range(10):                                                               # auto exposure
        gain *= float(np.clip((goal / (tone(small * gain, contrast).mean() + 1e-4)) ** 1.6, 0.2, 5))
    image = image * gain
    bright = np.maximum(image - 0.9, 0)
    if bright.max() > 0:
        image = image + 0.15 * cv2.GaussianBlur(np.minimum(bright, 4), (0, 0), size / 120)
    noise = rng.standard_normal((h, w, 3), dtype=np.float32)
    noise = 0.75 * noise.mean(2, keepdims=True) * 1.7 + 0.35 * cv2.GaussianBlur(noise, (0, 0), 0.8)
    image = image + noise * iso * (0.0035 + 0.016 * np.sqrt(np.clip(image, 0, 2)))
    out = tone(image, contrast)
    if not blur:
        out = out + rng.uniform(0.25, 0.6) * (out - cv2.GaussianBlur(out, (0, 0), 1.0))  # in-phone sharpening
    return np.clip(out * 255 + 0.5, 0, 255).astype(np.uint8)


def tone(image, contrast=1.0):
    """Filmic shoulder and gamma."""
    x = np.maximum(image, 0)
    x = x * (1 + x / 9) / (1 + x * 0.75) * 1.35
    s = np.clip(x, 0, 1) ** (1 / 2.2)
    return np.clip(s + 0.12 * contrast * (s - 0.5) * (1 - np.abs(2 * s - 1)) * 2, 0, 1)
