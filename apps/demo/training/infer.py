"""Runs the ONNX models as the server does: same resizing, same thresholds, same suppression."""
import pathlib

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

LABELS = ["door_open", "door_closed", "label_plate", "degradation"]
STATES = ["tidy", "messy", "not_cabling"]
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
MODELS = pathlib.Path(__file__).parent.parent / "models"


def session(name, folder=MODELS):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(pathlib.Path(folder) / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])


def picture(path):
    """The photo as a person sees it: turned by its EXIF orientation, RGB."""
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def iou(a, b):
    inter = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter
    return inter / union if union > 0 else 0.0


def detect(model, image, minimum=0.5, size=320):
    """[(label, score, (x0, y0, x1, y1) in 0..1)], best first; suppression per label at IoU 0.5."""
    scale = size / max(image.size)
    width, height = round(image.width * scale), round(image.height * scale)
    left, top = (size - width) // 2, (size - height) // 2
    tensor = np.full((size, size, 3), 114 / 255, np.float32)
    tensor[top:top + height, left:left + width] = np.asarray(image.resize((width, height), Image.BILINEAR), np.float32) / 255
    out = model.run(None, {"images": np.ascontiguousarray(tensor.transpose(2, 0, 1)[None])})[0][0]
    best, score = out[4:].argmax(0), out[4:].max(0)
    kept = []
    for i in np.argsort(-score):
        if score[i] < minimum:
            break
        cx, cy, w, h = out[:4, i]
        box = ((cx - w / 2 - left) / width, (cy - h / 2 - top) / height, (cx + w / 2 - left) / width, (cy + h / 2 - top) / height)
        box = tuple(float(np.clip(v, 0, 1)) for v in box)
        label = LABELS[best[i]]
        if all(label != other or iou(box, seen) < 0.5 for other, _, seen in kept):
            kept.append((label, float(score[i]), box))
    return kept


def classify(model, image, size=160):
    """Scores of tidy, messy and not_cabling."""
    x = (np.asarray(image.resize((size, size), Image.BILINEAR), np.float32) / 255 - MEAN) / STD
    return model.run(None, {"image": np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0][0]
