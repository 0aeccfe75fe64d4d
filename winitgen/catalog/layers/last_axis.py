"""What layers on the last axis of a flow share."""

from __future__ import annotations

from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.layer import Layer


def refuse_image(layer: Layer, incoming: Flow | None) -> None:
    """Raise `Refusal` if an image flows in: its last axis is spatial, not its channels."""
    if incoming is None or incoming.shape is None or not incoming.image:
        return
    axes = ", ".join(map(str, (*range(1, len(incoming.shape)), 0)))
    raise Refusal(
        "",
        f"{incoming} flows into this {layer.type}; put a flatten layer before it, or "
        f"{{type: permute, axes: [{axes}]}} to apply it to the channels of each position",
    )
