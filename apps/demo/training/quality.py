"""The server's level 1 measures, written again here so that the demo photos can be checked:
mean luma, sharpness (how wide edges are) and the perceptual hash."""
import cv2
import numpy as np

GAUSS = np.float64([0.00013383, 0.00443186, 0.05399113, 0.24197145, 0.39894347, 0.24197145, 0.05399113, 0.00443186, 0.00013383])
DIRECTIONS = ((1, 0, 1.0), (0, 1, 1.0), (1, 1, 2.0), (1, -1, 2.0))
NOISE = {1.0: (0.025157, 0.040326), 2.0: (0.017206, 0.028265)}


def luma(image):
    return np.asarray(image.convert("L"), np.float64)


def brightness(image):
    return float(luma(image).mean())


def sharpness(image):
    """From 0 to about 130; photos in focus have 45 and more, the limit is 34."""
    raw = luma(image)
    k = min(1.0, 640 / min(raw.shape))
    if k < 1:
        raw = np.round(np.asarray(image.convert("L").resize((round(raw.shape[1] * k), round(raw.shape[0] * k)), 2), np.float64))
    smooth = cv2.sepFilter2D(raw, -1, GAUSS, GAUSS, borderType=cv2.BORDER_REPLICATE)
    h, w = raw.shape
    at = lambda a, y, x: a[2 + y:h - 2 + y, 2 + x:w - 2 + x]
    maps = []
    for x, y, squared in DIRECTIONS:
        after, before, middle = at(smooth, y, x), at(smooth, -y, -x), at(smooth, 0, 0)
        maps.append(((after - before) ** 2 / (4 * squared), (after - 2 * middle + before) ** 2 / squared**2, squared))
    bend = lambda y: at(raw, y, -1) - 2 * at(raw, y, 0) + at(raw, y, 1)
    grain = ((bend(-1) - 2 * bend(0) + bend(1)) / 6) ** 2
    ny, nx = max(1, (h - 4) // 64), max(1, (w - 4) // 64)
    ys, xs = np.linspace(0, h - 4, ny + 1).astype(int), np.linspace(0, w - 4, nx + 1).astype(int)
    tile = lambda m: np.add.reduceat(np.add.reduceat(m, ys[:-1], 0), xs[:-1], 1) / np.outer(np.diff(ys), np.diff(xs))
    noises = tile(grain).ravel()
    noise = min(np.quantile(noises, 0.1), 36.0)
    sums = [(tile(a).ravel(), tile(b).ravel(), s) for a, b, s in maps]
    ratios = []
    for i in range(len(noises)):
        least_ratio, least_second, total = np.inf, np.inf, 0.0
        for first, second, s in sums:
            n1, n2 = NOISE[s]
            clean = max(second[i] - n2 * noise, 0)
            least_second = min(least_second, clean)
            if first[i] > 3 * n1 * noise + 0.3:
                total += first[i] - n1 * noise
                least_ratio = min(least_ratio, clean / (first[i] - n1 * noise))
        if total > 0:
            ratios.append(np.sqrt(least_ratio * least_second / (total / 4)))
    return 100 * float(np.sqrt(np.quantile(ratios, 0.9))) if ratios else 0.0


def fingerprint(image):
    """256 bits; copies differ in at most 24, other scenes in about half."""
    small = cv2.resize(luma(image), (64, 64), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[1:17, 1:17]
    return (low > np.median(low)).ravel()
