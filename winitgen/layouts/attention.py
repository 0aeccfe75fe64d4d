"""Attention in Keras and Flax: the options for which their classes have no counterpart."""

from __future__ import annotations

from collections.abc import Mapping

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.layer import Refusal
from winitgen.planning.plan import Plan

DENSE = ("query", "key", "value", "output")


def refused(plan: Plan, framework: str, lacks: Mapping[str, str]) -> list[tuple[int, Refusal]]:
    """Return the attentions with options that a framework does not have, by their index, and the reasons.

    ``lacks`` has what is missing by the option that asks for it.
    """
    return [
        (index, Refusal(key, f"{framework}'s attention has no {what}; leave {key} out"))
        for index, layer in enumerate(plan.layers)
        for key, what in lacks.items()
        if isinstance(layer.layer, MultiHeadAttention) and _asks(layer.layer, key)
    ]


def _asks(kind: MultiHeadAttention, key: str) -> bool:
    """Return whether an option asks for something; ``use_bias`` does if it tells the dense parts apart."""
    if key == "use_bias":
        return len({kind.has_bias(part) for part in DENSE}) > 1
    return getattr(kind, key) not in (None, False)
