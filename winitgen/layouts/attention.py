"""Attention in Keras and Flax: the options for which their classes have no counterpart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.catalog.layers.flow import Refusal
from winitgen.planning.plan import Plan

DENSE = ("query", "key", "value", "output")


class Lack(NamedTuple):
    """What a framework's attention does not have, and the option that asks for it.

    ``asks`` says whether it does; without it, any value but false asks. ``remedy`` is what to write instead.
    """

    key: str
    what: str
    asks: Callable[[MultiHeadAttention], bool] | None = None
    remedy: str = ""

    @property
    def advice(self) -> str:
        """What to write instead."""
        return self.remedy or f"leave {self.key} out"

    def asked(self, kind: MultiHeadAttention) -> bool:
        """Return whether an attention asks for it."""
        return getattr(kind, self.key) not in (None, False) if self.asks is None else self.asks(kind)


def refused(plan: Plan, framework: str, lacks: Sequence[Lack]) -> list[tuple[int, Refusal]]:
    """Return the attentions with options that a framework does not have, by their index, and the reasons."""
    return [
        (index, Refusal(lack.key, f"{framework}'s attention has no {lack.what}; {lack.advice}"))
        for index, layer in enumerate(plan.layers)
        for lack in lacks
        if isinstance(layer.layer, MultiHeadAttention) and lack.asked(layer.layer)
    ]


def _biases_apart(kind: MultiHeadAttention) -> bool:
    return len({kind.has_bias(part) for part in DENSE}) > 1


NEITHER = (
    Lack("use_bias", "bias for some parts only", _biases_apart),
    Lack("bias_kv", "learned key and value"),
    Lack("sinks", "sinks"),
    Lack("softcap", "bound on its scores"),
    Lack("position_bias", "position bias"),
    Lack("rotary", "rotary positions"),
    Lack("score_scale", "factor on its scores but 1 / sqrt(head_dim)"),
)
"""What neither Keras nor Flax has."""
