"""Measures both ONNX models on the held-out pictures: AP50, precision and recall, confusion."""
import argparse
import time

import numpy as np
from PIL import Image

import dataset
import infer


def average_precision(found, total):
    """Area under the precision-recall curve of [(score, correct)]."""
    if not total:
        return float("nan")
    found = sorted(found, reverse=True)
    correct = np.cumsum([c for _, c in found]) if found else np.zeros(0)
    recall, precision = correct / total, correct / np.arange(1, len(found) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


def detector(cache, models):
    model = infer.session("cabinet", models)
    pictures, truths, _ = dataset.load(cache, "test", ["cabinet", "street"])
    found, totals = {i: [] for i in range(4)}, np.zeros(4, int)
    counts, begin = 0, time.time()
    for picture, truth in zip(pictures, truths):
        used = set()
        for box in truth:
            totals[int(box[0])] += 1
        results = infer.detect(model, Image.fromarray(picture), 0.01)
        for label, score, (x0, y0, x1, y1) in results:
            mark, box = infer.LABELS.index(label), np.array([x0, y0, x1, y1]) * 320
            rivals = [(infer.iou(box, t[1:]), i) for i, t in enumerate(truth) if int(t[0]) == mark and i not in used]
            best = max(rivals, default=(0, None))
            if best[0] >= 0.5:
                used.add(best[1])
            found[mark].append((score, best[0] >= 0.5))
        counts += sum(l == "degradation" and s >= 0.5 for l, s, _ in results) == sum(t[0] == 3 for t in truth)
    print(f"\n{len(pictures)} held-out pictures, {1000 * (time.time() - begin) / len(pictures):.1f} ms each\n")
    print("| label | boxes | AP50 | precision at 0.5 | recall at 0.5 |\n|---|---|---|---|---|")
    for i, name in enumerate(infer.LABELS):
        sure = [c for s, c in found[i] if s >= 0.5]
        print(f"| {name} | {totals[i]} | {average_precision(found[i], totals[i]):.3f} | {np.mean(sure) if sure else 0:.3f} | {sum(sure) / max(1, totals[i]):.3f} |")
    print(f"\nNumber of degradations exactly right: {counts}/{len(pictures)}")


def classifier(cache, models):
    model = infer.session("cabling", models)
    pictures, _, marks = dataset.load(cache, "test", ["closeup", "street", "cabinet"])
    table = np.zeros((3, 3), int)
    for picture, mark in zip(pictures, marks):
        if mark == 2:
            picture = picture[40:-40]                     # most of the grey bars of the letterbox
        table[mark, int(np.argmax(infer.classify(model, Image.fromarray(picture))))] += 1
    print("\n| truly \\ said | tidy | messy | not_cabling |\n|---|---|---|---|")
    for i, name in enumerate(infer.STATES):
        print(f"| {name} | " + " | ".join(str(v) for v in table[i]) + " |")
    print(f"\nRight: {np.trace(table)}/{table.sum()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True)
    parser.add_argument("--models", default=infer.MODELS)
    o = parser.parse_args()
    detector(o.cache, o.models)
    classifier(o.cache, o.models)


if __name__ == "__main__":
    main()
