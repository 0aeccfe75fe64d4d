"""Attention over a sequence: each position attends to the others through several heads."""

from __future__ import annotations

from typing import Annotated, ClassVar

from winitgen.catalog.layers.composite import Composite, check_sequence, same_shape
from winitgen.catalog.layers.layer import Flow, Refusal, Size, Switch, Weight, size_of


class MultiHeadAttention(Composite, frozen=True, kw_only=True):
    """Self-attention: query, key, value and output, over heads that may share keys and values."""

    type: ClassVar[str] = "multi_head_attention"
    family: ClassVar[str] = "attention"
    parts: ClassVar[tuple[str, ...]] = ("query", "key", "value", "output", "qkv")

    heads: Annotated[Size, "Heads of queries"]
    kv_heads: Annotated[
        Size | None, "Heads of keys and values, which the heads share; if absent, as many"
    ] = None
    head_dim: Annotated[Size | None, "Features of a head; if absent, the features that flow in / heads"] = (
        None
    )
    fused: Annotated[Switch, "Whether query, key and value are stored as one tensor"] = False

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, features) as it is."""
        self.check_names()
        check_sequence(self, incoming)
        size = size_of(self, incoming, -1)
        if size is not None and self.head_dim is None and size % self.heads:
            raise Refusal(
                "heads",
                f"{self.heads} heads do not divide the {size} features that flow in; state 'head_dim'",
            )
        if self.kv_heads is not None and self.heads % self.kv_heads:
            raise Refusal(
                "kv_heads", f"{self.kv_heads} kv_heads do not divide the {self.heads} heads that share them"
            )
        if not self.fused and "qkv" in (self.names or {}):
            raise Refusal(
                "names",
                "only a fused attention has a part qkv; add 'fused: true', or name query, key and value",
            )
        return same_shape(incoming, size)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Four dense parts, each with the fans of one matrix for all heads together.

        Query (heads * head_dim, features), key and value (kv_heads * head_dim, features), output
        (features, heads * head_dim). They are drawn separately even if a layout stores them ``fused``:
        the fans of a fused array would make Xavier's values too small (pytorch/pytorch#166378).
        """
        size = size_of(self, incoming, -1)
        if size is None:
            return []
        head_dim = self.head_dim or size // self.heads
        wide, narrow = self.heads * head_dim, (self.kv_heads or self.heads) * head_dim
        return [
            *self.dense("query", size, wide),
            *self.dense("key", size, narrow),
            *self.dense("value", size, narrow),
            *self.dense("output", wide, size),
        ]
