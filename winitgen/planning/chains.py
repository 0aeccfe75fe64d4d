"""Where a chain of layers begins in a model without inputs, and how much may flow between layers."""

from __future__ import annotations

import math

from winitgen.catalog.layers.flow import LARGEST_FLOW, Flow, Refusal
from winitgen.catalog.layers.layer import Layer


def check_size(outgoing: Flow | None) -> None:
    """Raise `Refusal` for more than 2^62 values; unknown sizes count as 1."""
    if outgoing is None or outgoing.shape is None:
        return
    if math.prod(size for size in outgoing.shape if size is not None) > LARGEST_FLOW:
        raise Refusal("", f"the output {outgoing} holds more than 2^62 values; use smaller sizes")


def starts_chain(layer: Layer, incoming: Flow | None) -> bool:
    """Return whether a layer starts a separate chain in a model without ``input``.

    An embedding does, and so does a layer with a kernel that does not fit the output of the layer before it,
    or a norm of other ``inputs`` than that output.
    """
    if layer.type == "embedding":
        return True
    if layer.inputs is None or not (layer.kernel or layer.norm):
        return False
    try:
        layer.flow(incoming)
    except Refusal as refusal:
        return layer.kernel or refusal.key == "inputs"
    return False
