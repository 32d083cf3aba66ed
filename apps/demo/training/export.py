"""Writes the trained weights as ONNX files and checks them against PyTorch."""
import argparse
import os
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch

import classifier
import detector


def export(model, weights, example, path, source, target):
    """One file, written beside its place and then moved there, so that a reader never sees half of it."""
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    temporary = path.with_suffix(".part")
    torch.onnx.export(model, example, temporary, input_names=[source], output_names=[target], opset_version=17, do_constant_folding=True)
    graph = onnx.load(temporary)
    onnx.checker.check_model(graph)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    worst = 0.0
    for seed in range(3):
        x = np.random.default_rng(seed).random(tuple(example.shape), dtype=np.float32)
        with torch.no_grad():
            want = model(torch.from_numpy(x)).numpy()
        worst = max(worst, float(np.abs(want - session.run(None, {source: x})[0]).max()))
    assert worst < 2e-3, f"ONNX and PyTorch differ by {worst}"
    os.replace(temporary, path)
    operators = sorted({node.op_type for node in graph.graph.node})
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, largest difference {worst:.1e}, operators {', '.join(operators)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--models", default=pathlib.Path(__file__).parent.parent / "models")
    o = parser.parse_args()
    torch.set_num_threads(1)
    folder, weights = pathlib.Path(o.models), pathlib.Path(o.weights)
    folder.mkdir(exist_ok=True)
    if (weights / "cabinet.pt").exists():
        export(detector.Detector(), weights / "cabinet.pt", torch.rand(1, 3, 320, 320), folder / "cabinet.onnx", "images", "output0")
    if (weights / "cabling.pt").exists():
        export(classifier.Classifier(), weights / "cabling.pt", torch.rand(1, 3, 160, 160), folder / "cabling.onnx", "image", "scores")


if __name__ == "__main__":
    main()
