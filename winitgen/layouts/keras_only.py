"""What only the keras layout has, and PyTorch and Flax refuse with the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from winitgen.catalog.layers.flow import Refusal
from winitgen.planning.plan import Plan

if TYPE_CHECKING:
    from winitgen.catalog.layers.recurrent import Gru


def keras_only(plan: Plan, framework: str) -> list[tuple[int, Refusal]]:
    """Return the layers that only Keras has, by their index in ``plan.layers``, and the reasons."""
    message = (
        f"{framework}'s GRU resets after the product with the recurrent kernel; leave reset_after out, or choose the "
        "layout keras"
    )
    return [
        (index, Refusal("reset_after", message))
        for index, layer in enumerate(plan.layers)
        if layer.layer.type == "gru" and not cast("Gru", layer.layer).reset_after
    ]
