"""Keras, which has been imported by whoever has a model of it."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from winitgen import arguments
from winitgen.errors import UsageError


def checked_model(model: Any) -> Any:
    """Return a model of Keras that is built; raise `UsageError` for anything else, and if Keras is missing."""
    if find_spec("keras") is None:
        raise UsageError("winitgen.keras needs the package keras: pip install keras")
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(model, keras.Model):
        raise UsageError(f"model is a keras.Model, not {arguments.shown(model)}")
    if not model.built:
        raise UsageError(
            f"the model {model.name!r} is not built, so that it has no variables yet; "
            "call it on a batch, or call model.build with the shape of one"
        )
    for layer in model._flatten_layers():
        if getattr(layer, "lora_enabled", False):
            raise UsageError(
                f"the layer {layer.name!r} has LoRA enabled, whose matrices the spec has not; "
                "call assign first, and enable_lora then"
            )
    return model
