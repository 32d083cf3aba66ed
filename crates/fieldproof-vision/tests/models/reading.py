"""Writes a detection model and a text model that together read what is printed on plates, a photo of such plates, and what
onnxruntime reads there. Needs `pip install onnx onnxruntime`; run it in this folder.

The text model is no trained one, but it reads: it compares each step of 8 pixels with every character it knows. The
strokes on the photo are one pixel wide, so that they cannot be read once the photo is scaled down.
"""

import json
import os
import struct
import zlib

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper, save

# Rows of five pixels, from the top.
GLYPHS = {
    "0": "01110 10001 10011 10101 11001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010",
    "7": "11111 00001 00010 00100 01000 01000 01000",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "C": "01110 10001 10000 10000 10000 10001 01110",
    "I": "01110 00100 00100 00100 00100 00100 01110",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "X": "10001 10001 01010 00100 01010 10001 10001",
    "-": "00000 00000 00000 11111 00000 00000 00000",
}
CELL = (16, 8)
# What is printed, and where its plate begins on the photo.
PHOTO = (2400, 1600)
PLATES = [("CMIB-407", 300, 400), ("X-77", 1500, 1100)]
SCORES = [0.9, 0.8]
# A letterbox of the photo in it has whole pixels.
SIDE = 96


def cell(character):
    """One where there is ink."""
    drawn = np.zeros(CELL, np.float32)
    for row, pixels in enumerate(GLYPHS[character].split()):
        for column, pixel in enumerate(pixels):
            drawn[1 + 2 * row : 3 + 2 * row, 1 + column] = float(pixel)
    return drawn


def printed(text):
    """Ink of a line, with an empty step behind each character."""
    steps = [step for character in text for step in (cell(character), np.zeros(CELL, np.float32))]
    return np.concatenate(steps, axis=1)


def write_photo():
    width, height = PHOTO
    pixels = np.full((height, width, 3), (150, 160, 170), np.uint8)
    for text, left, top in PLATES:
        ink = printed(text)
        pixels[top : top + ink.shape[0], left : left + ink.shape[1]] = ((1 - ink) * 255).astype(np.uint8)[..., None]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open("reading/photo.png", "wb") as file:
        parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
        file.write(b"\x89PNG\r\n\x1a\n" + parts)
    return pixels


def write(name, nodes, shape, outputs, constants, properties):
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)]
    infos = [helper.make_tensor_value_info(output, TensorProto.FLOAT, sizes) for output, sizes in outputs]
    graph = helper.make_graph(nodes, name, inputs, infos, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(made, properties)
    checker.check_model(made)
    save(made, f"reading/{name}.onnx")


def write_finder():
    """Finds a plate where they are on the photo, on a photo that is not black."""
    width, height = PHOTO
    inner = SIDE * height / width
    rows = []
    for (text, left, top), score in zip(PLATES, SCORES):
        right, bottom = left + printed(text).shape[1], top + CELL[0]
        x = [edge * SIDE / width for edge in (left, right)]
        y = [(SIDE - inner) / 2 + edge * inner / height for edge in (top, bottom)]
        rows.append([x[0], y[0], x[1], y[1], score, 0.0])
    nodes = [
        helper.make_node("ReduceMax", ["image"], ["brightest"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Sign", ["brightest"], ["is_lit"]),
        helper.make_node("Mul", ["found", "is_lit"], ["output0"]),
    ]
    constants = [numpy_helper.from_array(np.asarray([rows], np.float32), "found")]
    outputs = [("output0", [1, len(rows), 6])]
    write("plates", nodes, [1, 3, SIDE, SIDE], outputs, constants, {"names": str({0: "plate"})})


def write_reader():
    """How much each step differs from each character, nothing being the first of them."""
    known = [np.zeros(CELL, np.float32)] + [cell(character) for character in GLYPHS]
    # -|ink - glyph|, summed, is linear where a glyph is 0 or 1; ink is (1 - value) / 2, and red is as good as any colour.
    kernels = np.zeros((len(known), 3, *CELL), np.float32)
    biases = np.zeros(len(known), np.float32)
    for index, glyph in enumerate(known):
        kernels[index, 0] = -(2 * glyph - 1) / 2
        biases[index] = -glyph.sum() + ((2 * glyph - 1) / 2).sum()
    # Where nothing is known of the ink, nothing is the best answer.
    biases[0] += 1
    nodes = [
        # All is said, as exporters do: rten does not know the standard's defaults for two dimensions.
        helper.make_node(
            "Conv", ["image", "kernels", "biases"], ["alike"], strides=list(CELL), dilations=[1, 1], pads=[0, 0, 0, 0]
        ),
        helper.make_node("Squeeze", ["alike", "axis"], ["by_character"]),
        helper.make_node("Transpose", ["by_character"], ["by_step"], perm=[0, 2, 1]),
        helper.make_node("Softmax", ["by_step"], ["shares"], axis=2),
    ]
    constants = [
        numpy_helper.from_array(kernels, "kernels"),
        numpy_helper.from_array(biases, "biases"),
        numpy_helper.from_array(np.asarray([2], np.int64), "axis"),
    ]
    outputs = [("shares", [1, "steps", len(known)])]
    write("reader", nodes, [1, 3, CELL[0], "width"], outputs, constants, {"character": "\n".join(GLYPHS)})


def read(pixels, text, left, top):
    """What onnxruntime reads on the plate, and how sure it is on average."""
    length = printed(text).shape[1]
    line = np.zeros((1, 3, CELL[0], 160), np.float32)
    part = pixels[top : top + CELL[0], left : left + length].astype(np.float32) / 255
    line[0, :, :, :length] = ((part - 0.5) / 0.5).transpose(2, 0, 1)
    (shares,) = onnxruntime.InferenceSession("reading/reader.onnx").run(None, {"image": line})
    best, found, sure = shares[0].argmax(axis=1), "", []
    for step, character in enumerate(best):
        if character and (step == 0 or character != best[step - 1]):
            found += list(GLYPHS)[character - 1]
            sure.append(float(shares[0, step, character]))
    return {"text": found, "score": sum(sure) / len(sure)}


os.makedirs("reading", exist_ok=True)
pixels = write_photo()
write_finder()
write_reader()
golden = [read(pixels, *plate) for plate in PLATES]
assert [seen["text"] for seen in golden] == [text for text, _, _ in PLATES], golden
with open("reading/golden.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
