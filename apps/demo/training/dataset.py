"""Renders the training and held-out pictures into a cache of small arrays, in shards.

Every picture is a function of (split, kind, index) only, so that a run can be repeated
and continued. Held-out pictures use other texture libraries and other seeds.
"""
import argparse
import multiprocessing
import pathlib

import cv2
import numpy as np

import scene
from optics import expose
from textures import Library

SHARD = 100
SEEDS = {"train": 11, "test": 977}
KINDS = {"cabinet": 1, "street": 2, "closeup": 3}
libraries = {}


def library(split, index):
    """Three texture libraries for training, two others for the held-out pictures."""
    which = (split, index % (3 if split == "train" else 2))
    if which not in libraries:
        libraries[which] = Library(SEEDS[split] * 100 + which[1], 512)
    return libraries[which]


def letterbox(image, size=320):
    """Keeps the aspect, centres on grey; returns (picture, scale, left, top)."""
    h, w = image.shape[:2]
    scale = size / max(h, w)
    nw, nh = round(w * scale), round(h * scale)
    left, top = (size - nw) // 2, (size - nh) // 2
    out = np.full((size, size, 3), 114, np.uint8)
    out[top:top + nh, left:left + nw] = cv2.resize(image, (nw, nh), interpolation=cv2.INTER_AREA)
    return out, scale, left, top


def photo_conditions(rng, light):
    """How a random photo is taken: brightness, blur, noise, glare, JPEG quality."""
    return dict(
        target=rng.uniform(0.34, 0.56) if light != "dusk" else rng.uniform(0.24, 0.45),
        iso=rng.uniform(0.3, 1.6) * (2.2 if light == "dusk" else 1),
        glare=rng.uniform(0.3, 2.0) if rng.random() < 0.12 else 0.0,
        blur=(str(rng.choice(["defocus", "motion"])), rng.uniform(1, 2.4)) if rng.random() < 0.08 else None,
        contrast=rng.uniform(0, 1.6),
    )


def make(job):
    """One shard: pictures (N, S, S, 3), boxes (M, 6) = index, label, x0, y0, x1, y1."""
    folder, split, kind, shard = job
    path = pathlib.Path(folder) / f"{split}-{kind}-{shard:03d}.npz"
    if path.exists():
        return path
    cv2.setNumThreads(1)
    pictures, boxes, marks = [], [], []
    for i in range(SHARD):
        rng = np.random.default_rng([SEEDS[split], KINDS[kind], shard * SHARD + i])
        spec = scene.random_spec(rng, kind)
        width, height = (448, 336) if rng.random() < 0.8 else (336, 448)
        if rng.random() < 0.06:
            width, height = width * 2, height * 2
        image, objects = scene.render(spec, rng, width, height, library(split, shard))
        photo = expose(image, rng, **photo_conditions(rng, spec.light))
        quality = int(rng.integers(55, 96))
        photo = cv2.imdecode(cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
        if kind == "closeup":                       # only the classifier learns from these in detail
            pictures.append(cv2.resize(photo, (192, 192), interpolation=cv2.INTER_AREA))
            marks.append(0 if spec.neat else 1)
            continue
        picture, scale, left, top = letterbox(photo)
        pictures.append(picture)
        marks.append(2)
        for label, (x0, y0, x1, y1) in objects:
            boxes.append([i, scene.LABELS.index(label), x0 * scale + left, y0 * scale + top, x1 * scale + left, y1 * scale + top])
    temporary = path.with_suffix(".part.npz")
    np.savez(temporary, pictures=np.array(pictures), boxes=np.array(boxes, np.float32).reshape(-1, 6), marks=np.array(marks))
    temporary.rename(path)
    return path


def load(folder, split, kinds):
    """All finished shards of a split: list of (pictures, boxes, marks) joined together."""
    pictures, boxes, marks = [], [], []
    for kind in kinds:
        for path in sorted(pathlib.Path(folder).glob(f"{split}-{kind}-[0-9][0-9][0-9].npz")):
            data = np.load(path)
            pictures += list(data["pictures"])
            marks += list(data["marks"])
            boxes += [data["boxes"][data["boxes"][:, 0] == i][:, 1:] for i in range(len(data["pictures"]))]
    return pictures, boxes, np.array(marks)


PLAN_TRAIN = {"cabinet": 12, "closeup": 4, "street": 3}          # in shards of 100
PLAN_TEST = {"cabinet": 2, "closeup": 1, "street": 1}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--size", type=float, default=1.0, help="multiplies the number of training pictures")
    options = parser.parse_args()
    pathlib.Path(options.cache).mkdir(parents=True, exist_ok=True)
    jobs = [(options.cache, "train", kind, s) for kind, n in PLAN_TRAIN.items() for s in range(int(n * options.size))]
    order = np.random.default_rng(0).permutation(len(jobs))       # mixed, so that an early start sees all kinds
    jobs = [jobs[i] for i in order] + [(options.cache, "test", kind, s) for kind, n in PLAN_TEST.items() for s in range(n)]
    with multiprocessing.Pool(options.workers) as pool:
        for n, path in enumerate(pool.imap_unordered(make, jobs, chunksize=1), 1):
            print(f"{n}/{len(jobs)} {path.name}", flush=True)


if __name__ == "__main__":
    main()
