"""ONNX: initializers in the file, and outside of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.corpus.record import Record, normals

WORDS = "looks like an ONNX model, which is not read"


def write(record: Record) -> None:
    """Write a model whose initializers have several number formats."""
    arrays: dict[str, Any] = {
        "w": normals(1, 5, 3),
        "b": np.zeros(3, "f8"),
        "n": np.arange(4),
        "h": normals(2, 6).astype("f2"),
    }
    made = [numpy_helper.from_array(value, name) for name, value in arrays.items()]
    made.append(helper.make_tensor("listed", TensorProto.FLOAT, (2, 2), [1.0, 2.0, 0.0, -1.0]))
    arrays["listed"] = np.array([[1, 2], [0, -1]], "f4")
    model = _model(made)
    onnx.save(model, record.path("model.onnx"))
    record.gives("model.onnx", arrays, or_refused=(WORDS,))
    outside = {"save_as_external_data": True, "size_threshold": 0}
    onnx.save(model, record.path("outside/model.onnx"), location="model.onnx.data", **outside)
    record.gives("outside/model.onnx", arrays, or_refused=(WORDS,))
    onnx.save(_model([numpy_helper.from_array(normals(1, 2), "w")]), record.path("model.json"), format="json")
    record.refused("model.json", "is text, not a weight file")


def _model(initializers: list[Any]) -> Any:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 5])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 3])
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    return helper.make_model(
        helper.make_graph(nodes, "g", [value], [out], initializers), producer_name="corpus"
    )
