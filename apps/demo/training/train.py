"""Trains one of the two models from the cache; saves a smoothed copy of the weights as it goes."""
import argparse
import pathlib
import time

import cv2
import numpy as np
import torch

import classifier
import dataset
import detector


def jitter(rng, picture):
    """Brightness, contrast, colour and grain as other phones would have them."""
    x = picture.astype(np.float32) / 255
    x = x ** np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.06, 3)).astype(np.float32)
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * np.float32(np.exp(rng.normal(0, 0.25)))
    x = 0.5 + (x - 0.5) * np.float32(np.exp(rng.normal(0, 0.10)))
    if rng.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.3:
        x = x + rng.normal(0, rng.uniform(0.005, 0.03), x.shape).astype(np.float32)
    return np.clip(x, 0, 1).astype(np.float32)


def view(rng, picture, boxes, size):
    """Random scale, shift, flip and tilt of a detection picture, boxes with it."""
    scale, shift = np.exp(rng.normal(0, 0.14)), rng.uniform(-0.10, 0.10, 2) * size
    flip = -1.0 if rng.random() < 0.5 else 1.0
    c = size / 2
    m = np.array([[flip * scale, 0, c - flip * scale * c + shift[0]], [0, scale, c - scale * c + shift[1]]], np.float32)
    centred = m + np.array([[0, 0, 0.5 * (m[0, 0] - 1)], [0, 0, 0.5 * (scale - 1)]], np.float32)   # OpenCV counts from pixel centres
    out = cv2.warpAffine(picture, centred, (size, size), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR, borderValue=(114, 114, 114))
    if not len(boxes):
        return out, boxes
    b = boxes.copy()
    xs, ys = b[:, [1, 3]] * m[0, 0] + m[0, 2], b[:, [2, 4]] * m[1, 1] + m[1, 2]
    b[:, 1:] = np.stack([xs.min(1), ys.min(1), xs.max(1), ys.max(1)], 1)
    area = (b[:, 3] - b[:, 1]) * (b[:, 4] - b[:, 2])
    b[:, 1:] = np.clip(b[:, 1:], 0, size)
    keep = (b[:, 3] - b[:, 1]) * (b[:, 4] - b[:, 2]) > 0.5 * area
    return out, b[keep]


def detector_batch(rng, data, batch):
    pictures, boxes, _ = data
    images, truths = [], []
    for i in rng.integers(len(pictures), size=batch):
        picture, truth = view(rng, pictures[i], boxes[i], detector.SIZE)
        images.append(jitter(rng, picture))
        truths.append(torch.from_numpy(truth))
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return x, truths


def classifier_batch(rng, data, batch):
    pictures, marks = data
    close = np.nonzero(marks < 2)[0]
    images, truths = [], []
    for _ in range(batch):
        i = close[rng.integers(len(close))] if rng.random() < 0.67 else rng.integers(len(marks))
        p, n = pictures[i], pictures[i].shape[0]
        if marks[i] == 2 and rng.random() < 0.5:                # a stretched photo has no grey bars
            p = p[n // 8:-n // 8] if rng.random() < 0.7 else p[:, n // 8:-n // 8]
        h, w = p.shape[:2]
        k = rng.uniform(0.8, 1.0, 2)
        y, x = int(rng.random() * h * (1 - k[0])), int(rng.random() * w * (1 - k[1]))
        p = cv2.resize(p[y:y + int(h * k[0]), x:x + int(w * k[1])], (classifier.SIZE, classifier.SIZE), interpolation=cv2.INTER_AREA)
        p = p[:, ::-1] if rng.random() < 0.5 else p
        images.append((jitter(rng, p) - np.float32(classifier.MEAN)) / np.float32(classifier.STD))
        truths.append(int(marks[i]))
    x = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    return x, torch.tensor(truths)


def load(which, cache):
    if which == "cabinet":
        pictures, boxes, marks = dataset.load(cache, "train", ["cabinet", "street"])
        close, nothing, _ = dataset.load(cache, "train", ["closeup"])   # cables are no cabinet: pictures without boxes
        return pictures + [dataset.letterbox(cv2.resize(p, (256, 192)))[0] for p in close], boxes + nothing, marks
    pictures, _, marks = dataset.load(cache, "train", ["closeup", "street", "cabinet"])
    return pictures, marks


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=["cabinet", "cabling"])
    parser.add_argument("--cache", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    o = parser.parse_args()
    torch.manual_seed(5)
    torch.set_num_threads(o.threads)
    cv2.setNumThreads(1)
    rng = np.random.default_rng(5 if not o.resume else 6)
    model = (detector.Detector() if o.which == "cabinet" else classifier.Classifier()).to(memory_format=torch.channels_last)
    out = pathlib.Path(o.out) / f"{o.which}.pt"
    out.parent.mkdir(parents=True, exist_ok=True)
    if o.resume:
        model.load_state_dict(torch.load(out, weights_only=True))
    smooth = {k: v.clone() for k, v in model.state_dict().items()}
    decay, plain = [p for p in model.parameters() if p.ndim > 1], [p for p in model.parameters() if p.ndim <= 1]
    top = 1.5e-3 if not o.resume else 1.2e-3
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0}], lr=top)
    data, begin, loaded, step, seen = load(o.which, o.cache), time.time(), time.time(), 0, []
    while (progress := (time.time() - begin) / (60 * o.minutes)) < 1:
        if time.time() - loaded > 120 and progress < 0.85:        # pick up shards that were finished meanwhile
            data, loaded = load(o.which, o.cache), time.time()
        rate = top * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        x, truth = (detector_batch if o.which == "cabinet" else classifier_batch)(rng, data, o.batch)
        if o.which == "cabinet":
            value = detector.loss(model, x, truth)
        else:
            value = torch.nn.functional.cross_entropy(model.logits(x), truth, label_smoothing=0.02)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        keep = min(0.995, step / (step + 20))
        for k, v in model.state_dict().items():
            smooth[k].mul_(keep).add_(v, alpha=1 - keep) if v.dtype.is_floating_point else smooth[k].copy_(v)
        seen.append(float(value.detach()))
        if step % 50 == 0:
            print(f"{o.which} step {step} loss {np.mean(seen[-50:]):.3f} rate {rate:.1e} {time.time() - begin:.0f} s, {len(data[0])} pictures", flush=True)
        if step % 200 == 0:
            torch.save(smooth, out)
    torch.save(smooth, out)


if __name__ == "__main__":
    main()
