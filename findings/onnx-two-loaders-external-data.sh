#!/usr/bin/env bash
# onnx 1.23.2 and onnxruntime 1.32.0 disagree about which files of external data are good. The same bytes in the same folder:
#
# - when the file has a second hard link, as `cp -al` snapshots, rsync --link-dest and deduplicating stores make, onnx.load raises a
#   ValidationError that calls it "a potential hardlink attack", and ONNX Runtime runs the model;
# - when an entry has a key that is not of the specification, such as a comment of an exporter, onnx.load passes over it, and ONNX Runtime
#   does not load the model.
#
# So a model that one of them has checked need not load in the other, and a backup made by hard links makes a checked model fail.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'onnx==1.23.2' 'onnxruntime==1.32.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - "$folder" <<'PYTHON'
import os
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

onnxruntime.set_default_logger_severity(4)
weights = np.arange(12, dtype=np.float32).reshape(4, 3)


def model(folder, more=()):
    """Write a model of one matrix, whose values are in another file."""
    folder.mkdir()
    (folder / "w.bin").write_bytes(weights.tobytes())
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=weights.shape, data_location=TensorProto.EXTERNAL)
    for key, value in [("location", "w.bin"), ("offset", "0"), ("length", "48"), *more]:
        tensor.external_data.add(key=key, value=value)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "g", [x], [y], [tensor])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (folder / "m.onnx").write_bytes(made.SerializeToString())
    return folder / "m.onnx"


def by_onnx(path):
    try:
        return onnx.numpy_helper.to_array(onnx.load(path).graph.initializer[0]).tolist() == weights.tolist()
    except Exception as error:
        return type(error).__name__


def by_runtime(path):
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return session.run(None, {"x": np.eye(4, dtype=np.float32)[:1]})[0].tolist() == weights[:1].tolist()
    except Exception as error:
        return type(error).__name__


root = Path(sys.argv[1])
plain, linked, commented = model(root / "plain"), model(root / "linked"), model(root / "commented", [("exporter", "mine")])
os.link(linked.parent / "w.bin", root / "backup.bin")
found = {path.parent.name: (by_onnx(path), by_runtime(path)) for path in (plain, linked, commented)}
for name, (first, second) in found.items():
    print(f"{name}: onnx {first}, ONNX Runtime {second}")
assert found["plain"] == (True, True), "a plain model does not load: this changed"
assert found["linked"] == ("ValidationError", True), "this changed"
assert found["commented"][0] is True, "this changed"
assert found["commented"][1] is not True, "this changed"
PYTHON
