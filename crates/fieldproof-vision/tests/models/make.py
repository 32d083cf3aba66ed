"""Writes the small ONNX models that the tests load. Needs `pip install onnx`; run it in this folder."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

OPSET = [helper.make_opsetid("", 13)]


def write(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n, shape in inputs],
        [helper.make_tensor_value_info(n, kind, shape) for n, kind, shape in outputs],
        [numpy_helper.from_array(np.asarray(value), n) for n, value in constants],
    )
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8)
    checker.check_model(model)
    save(model, f"{name}.onnx")


# Which colour is strongest: ten times the mean of each channel.
write(
    "classifier",
    [
        helper.make_node("GlobalAveragePool", ["photo"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Mul", ["flat", "ten"], ["scores"]),
    ],
    [("photo", [1, 3, 32, 24])],
    [("scores", TensorProto.FLOAT, [1, 3])],
    [("ten", np.float32(10))],
)

# Five fixed candidates on 64 x 64 pixels, their scores times the brightest value of the photo. The second overlaps the
# first and has its label, the third overlaps it and has another label, the fourth reaches out, the fifth is outside.
BOXES = [
    [32, 32, 32, 16],
    [33, 32, 32, 16],
    [32, 33, 32, 16],
    [60, 32, 16, 16],
    [90, 90, 4, 4],
]
SCORES = [[0.9, 0.1], [0.8, 0.1], [0.2, 0.7], [0.6, 0.0], [0.95, 0.0]]
write(
    "detector",
    [
        helper.make_node("ReduceMax", ["images"], ["brightest"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["fixed_scores", "brightest"], ["scores"]),
        helper.make_node("Concat", ["boxes", "scores"], ["output0"], axis=1),
    ],
    [("images", ["batch", 3, "height", "width"])],
    [("output0", TensorProto.FLOAT, [1, 6, 5])],
    [
        ("boxes", np.array(BOXES, np.float32).T[None]),
        ("fixed_scores", np.array(SCORES, np.float32).T[None]),
    ],
)

# Loads, but cannot run: 192 numbers do not go into seven.
write(
    "fails",
    [helper.make_node("Reshape", ["photo", "seven"], ["scores"])],
    [("photo", [1, 3, 8, 8])],
    [("scores", TensorProto.FLOAT, [1, 7])],
    [("seven", np.array([1, 7], np.int64))],
)

# Gives a whole number, not scores.
write(
    "integers",
    [
        helper.make_node("GlobalAveragePool", ["photo"], ["mean"]),
        helper.make_node("ArgMax", ["mean"], ["best"], axis=1),
    ],
    [("photo", [1, 3, 8, 8])],
    [("best", TensorProto.INT64, [1, 1, 1, 1])],
)

# A vector: how far the mean of each colour is from grey.
write(
    "embedding",
    [
        helper.make_node("GlobalAveragePool", ["photo"], ["mean"]),
        helper.make_node("Sub", ["mean", "half"], ["vector"]),
    ],
    [("photo", [1, 3, 16, 16])],
    [("vector", TensorProto.FLOAT, [1, 3, 1, 1])],
    [("half", np.float32(0.5))],
)
