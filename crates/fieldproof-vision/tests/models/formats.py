"""Writes a small ONNX model for each format of detection models, and what each of them sees on a picture, as computed with
onnxruntime and numpy alone. Needs `pip install onnx onnxruntime`; run it in this folder.

Every model has the same five things on an input of 64 x 64 pixels, in the numbers and shapes of its format. Scores are
multiplied with the brightest value of the picture, so that the models look at it.
"""

import json

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper, save

SIDE = 64
LABELS = ["door", "plate"]
# Centre x, centre y, width, height in pixels; label; score. The second hides behind the first; the third lies there too and
# is another thing; the fourth reaches out of the picture; the fifth is in the padding of a wide one.
THINGS = [
    ([32, 32, 32, 16], 0, 0.9),
    ([33, 32, 32, 16], 0, 0.8),
    ([32, 33, 32, 16], 1, 0.7),
    ([60, 32, 16, 16], 0, 0.6),
    ([32, 4, 8, 6], 1, 0.5),
]
# Wide: it lies in the rows 16 to 48 of a letterbox.
PICTURE = (128, 64)
MIN_SCORE = 0.25
BYTES_SHAPE = ["batch", "height", "width", 3]


def corners(box):
    x, y, w, h = box
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def model(name, outputs, takes_bytes=False):
    """A model that gives fixed numbers, some of them times the brightest value. Nothing is a constant, as in a real one.
    One that takes bytes has the order of TensorFlow and any size, and tells in its metadata what it is, as Ultralytics has
    it."""
    shape, element = ([1, 3, SIDE, SIDE], TensorProto.FLOAT) if not takes_bytes else (BYTES_SHAPE, TensorProto.UINT8)
    nodes, colours = [], "images"
    if takes_bytes:
        colours = "colours"
        nodes = [
            helper.make_node("Cast", ["images"], ["values"], to=TensorProto.FLOAT),
            helper.make_node("Div", ["values", "white"], ["colours"]),
        ]
    nodes += [
        helper.make_node("ReduceMax", [colours], ["brightest"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["brightest", "zero"], ["nothing"]),
        helper.make_node("Cast", ["nothing"], ["whole_nothing"], to=TensorProto.INT64),
    ]
    infos, constants = [], [numpy_helper.from_array(np.float32(0), "zero")]
    if takes_bytes:
        constants.append(numpy_helper.from_array(np.float32(255), "white"))
    for output, (value, is_scaled) in outputs.items():
        constants.append(numpy_helper.from_array(value, f"fixed_{output}"))
        nothing = "nothing" if value.dtype == np.float32 else "whole_nothing"
        operator, operand = ("Mul", "brightest") if is_scaled else ("Add", nothing)
        nodes.append(helper.make_node(operator, [f"fixed_{output}", operand], [output]))
        infos.append(helper.make_tensor_value_info(output, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape))
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("images", element, shape)],
        infos,
        constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    if takes_bytes:
        helper.set_model_props(made, {"names": str(dict(enumerate(LABELS))), "imgsz": str([SIDE, SIDE])})
    checker.check_model(made)
    save(made, f"formats/{name}.onnx")


def floats(rows):
    return np.asarray(rows, np.float32)


def scores_of(label, score, labels):
    return [score if index == label else score / 10 for index in range(labels)]


def logit(score):
    return float(np.log(score / (1 - score)))


# Boxes stay as they are only where nothing scales them, so formats that mix boxes and scores have a picture of pure white.
columns = floats([box + scores_of(label, score, 2) for box, label, score in THINGS]).T[None]
model("yolov8", {"output0": (columns, True)})
model("yolov8_bytes", {"output0": (columns, True)}, takes_bytes=True)
rows = floats([[box + [0.95] + scores_of(label, score, 2) for box, label, score in THINGS]])
model("yolov5", {"output": (rows, True)})
# With one label it has six columns, as an end-to-end model; its many rows tell them apart.
grid = 3 * sum((SIDE // stride) ** 2 for stride in (8, 16, 32))
one = np.zeros((1, grid, 6), np.float32)
one[0, : len(THINGS)] = floats([box + [0.95, score] for box, _, score in THINGS])
model("yolov5_one_label", {"output": (one, True)})
ends = np.zeros((1, 8, 6), np.float32)
ends[0, : len(THINGS)] = floats([corners(box) + [score, label] for box, label, score in THINGS])
model("end_to_end", {"output0": (ends, True)})
boxes = floats([corners(box) for box, _, _ in THINGS])
numbers = np.asarray([label + 1 for _, label, _ in THINGS], np.int64)
scores = floats([score for _, _, score in THINGS])
model("torchvision", {"boxes": (boxes, False), "labels": (numbers, False), "scores": (scores, True)})
ssd = {"bboxes": (boxes[None] / SIDE, False), "labels": (numbers[None], False), "scores": (scores[None], True)}
model("ssd", ssd)
shares = floats([[box for box, _, _ in THINGS]]) / SIDE
# Softmax over two labels and "nothing", then sigmoid for each label alone.
detr = [[logit(score) if index == label else -9.0 for index in range(2)] + [0.0] for _, label, score in THINGS]
model("detr", {"logits": (floats([detr]), True), "pred_boxes": (shares, False)})
rt_detr = [[logit(score) if index == label else -9.0 for index in range(2)] for _, label, score in THINGS]
model("rt_detr", {"logits": (floats([rt_detr]), True), "pred_boxes": (shares, False)})


def overlap(a, b):
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return width * height / (area(a) + area(b) - width * height)


def decoded(name, outputs):
    """Boxes in pixels, label and score, before suppression: straight from each format's own description."""
    first = next(iter(outputs.values()))
    if name.startswith("yolov8"):
        return [(corners(row[:4]), int(np.argmax(row[4:])), row[4:].max()) for row in first[0].T]
    if name.startswith("yolov5"):
        return [(corners(row[:4]), int(np.argmax(row[5:])), row[4] * row[5:].max()) for row in first[0]]
    if name == "end_to_end":
        return [(list(row[:4]), int(row[5]), row[4]) for row in first[0]]
    if name in ("torchvision", "ssd"):
        side = 1 if name == "torchvision" else SIDE
        boxes = outputs["boxes" if name == "torchvision" else "bboxes"].reshape(-1, 4) * side
        return list(zip(boxes.tolist(), (outputs["labels"].ravel() - 1).tolist(), outputs["scores"].ravel()))
    logits = outputs["logits"][0]
    if name == "detr":
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances = (powers / powers.sum(axis=1, keepdims=True))[:, :2]
    else:
        chances = 1 / (1 + np.exp(-logits))
    boxes = [corners(box * SIDE) for box in outputs["pred_boxes"][0]]
    return [(box, int(np.argmax(row)), row.max()) for box, row in zip(boxes, chances)]


def seen(name):
    session = onnxruntime.InferenceSession(f"formats/{name}.onnx")
    # A letterbox of a white picture: grey above and below.
    photo = np.full((1, 3, SIDE, SIDE), 114 / 255, np.float32)
    photo[:, :, 16:48] = 1.0
    if name.endswith("_bytes"):
        photo = np.round(photo * 255).astype(np.uint8).transpose(0, 2, 3, 1)
    outputs = dict(zip([output.name for output in session.get_outputs()], session.run(None, {"images": photo})))
    found = [thing for thing in decoded(name, outputs) if thing[2] >= MIN_SCORE]
    kept = []
    for box, label, score in sorted(found, key=lambda thing: -thing[2]):
        suppresses = name.startswith("yolo")
        on_photo = [box[0] / 64, (box[1] - 16) / 32, box[2] / 64, (box[3] - 16) / 32]
        on_photo = np.clip(on_photo, 0, 1).tolist()
        if on_photo[2] <= on_photo[0] or on_photo[3] <= on_photo[1]:
            continue
        hides = lambda other: other["concept"] == LABELS[label] and overlap(other["bbox"], on_photo) > 0.5
        if suppresses and any(hides(other) for other in kept):
            continue
        kept.append({"concept": LABELS[label], "score": float(score), "bbox": on_photo})
    return kept


NAMES = ["yolov8", "yolov8_bytes", "yolov5", "yolov5_one_label", "end_to_end", "torchvision", "ssd", "detr", "rt_detr"]
golden = {name: seen(name) for name in NAMES}
with open("formats/golden.json", "w") as file:
    json.dump({"picture": PICTURE, "min_score": MIN_SCORE, "seen": golden}, file, indent=1)
    file.write("\n")
