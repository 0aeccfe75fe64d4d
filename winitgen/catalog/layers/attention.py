"""Attention over a sequence: each position attends to those of its own sequence, or of another, through several heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from winitgen.catalog.layers.composite import Composite, check_sequence, same_shape
from winitgen.catalog.layers.layer import Flow, Reference, Refusal, Size, Switch, Weight, size_of


class MultiHeadAttention(Composite, frozen=True, kw_only=True):
    """Attention to its own input or to another layer's output, over heads that may share keys and values."""

    type: ClassVar[str] = "multi_head_attention"
    family: ClassVar[str] = "attention"
    parts: ClassVar[tuple[str, ...]] = ("query", "key", "value", "output", "qkv")
    biased: ClassVar[tuple[str, ...]] = ("query", "key", "value", "output")
    more_inputs: ClassVar[tuple[str, ...]] = ("value_source", "source")  # Keras takes query, value, key

    heads: Annotated[Size, "Heads of queries"]
    kv_heads: Annotated[
        Size | None, "Heads of keys and values, which the heads share; if absent, as many"
    ] = None
    head_dim: Annotated[
        Size | None, "Features of a head of queries or keys; if absent, the features that flow in / heads"
    ] = None
    fused: Annotated[Switch, "Whether query, key and value are stored as one tensor"] = False
    source: Annotated[
        Reference | None, "Layer whose output the keys and values come from; if absent, as the queries"
    ] = None
    value_source: Annotated[
        Reference | None, "Layer whose output the values come from; if absent, as the keys"
    ] = None

    @property
    def origins(self) -> dict[str, str]:
        """The options that name the inputs of query, key and value."""
        keys = "from" if self.source is None else "source"
        return {"query": "from", "key": keys, "value": keys if self.value_source is None else "value_source"}

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape (positions, features) as it is."""
        self.check_names()
        self.check_biases()
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
        if self.fused and len({self.has_bias(part) for part in ("query", "key", "value")}) > 1:
            raise Refusal(
                "use_bias", "fused stores one bias of query, key and value; name all three, or none"
            )
        return same_shape(incoming, size)

    def join(self, flows: Sequence[Flow | None]) -> Flow:
        """Return the flow of the queries; the sources must be sequences, and the values as long as the keys."""
        outgoing = self.flow(flows[0])
        inputs = self.inputs_of(flows)
        for key in ("source", "value_source"):
            if key in inputs:
                _check_source(self, key, inputs[key])
        keys, values = (_length(inputs[self.origins[part]]) for part in ("key", "value"))
        if None not in (keys, values) and keys != values:
            raise Refusal(
                "value_source", f"{values} values flow in, but {keys} keys; their numbers must be equal"
            )
        if self.fused and len(set(self._features(flows))) > 1:
            key = "source" if self.source else "value_source"
            raise Refusal(key, "query, key and value have inputs of different sizes; leave 'fused' out")
        return outgoing

    def inputs_of(self, flows: Sequence[Flow | None]) -> dict[str, Flow | None]:
        """Return what flows in by the option that names it."""
        return dict(zip(self.input_keys, flows, strict=True))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Return the parameters of self-attention."""
        return self.weights_for([incoming] * len(self.input_keys))

    def weights_for(self, flows: Sequence[Flow | None]) -> list[Weight]:
        """Four dense parts, each with the fans of one matrix for all heads together.

        Query (heads * head_dim, features), key and value (kv_heads * head_dim, features of their sources),
        output (features, heads * head_dim). They are drawn separately even if a layout stores them ``fused``:
        the fans of a fused array would make Xavier's values too small (pytorch/pytorch#166378).
        """
        queries, keys, values = self._features(flows)
        if queries is None or keys is None or values is None:
            return []
        head_dim = self.head_dim or queries // self.heads
        wide, narrow = self.heads * head_dim, (self.kv_heads or self.heads) * head_dim
        return [
            *self.dense("query", queries, wide),
            *self.dense("key", keys, narrow),
            *self.dense("value", values, narrow),
            *self.dense("output", wide, queries),
        ]

    def _features(self, flows: Sequence[Flow | None]) -> list[int | None]:
        """Return the features from which query, key and value are computed; None after a mistake."""
        sizes = {key: _size(flow) for key, flow in self.inputs_of(flows).items()}
        sizes["from"] = size_of(self, flows[0], -1)
        return [sizes[key] for key in self.origins.values()]


def _check_source(layer: MultiHeadAttention, key: str, flow: Flow | None) -> None:
    """Raise `Refusal` unless a source is a sequence with a known number of features."""
    check_sequence(layer, flow, key)
    if flow is None or (flow.shape is not None and flow.shape[-1] is None):
        name = getattr(layer, key)
        raise Refusal(key, f"the features of '{name}' are unknown; state the model's 'input'")


def _size(flow: Flow | None) -> int | None:
    """Return the features of a sequence, None if they are unknown."""
    return flow.shape[-1] if flow is not None and flow.shape else None


def _length(flow: Flow | None) -> int | None:
    """Return the positions of a sequence, None if they are unknown."""
    return flow.shape[0] if flow is not None and flow.shape and len(flow.shape) > 1 else None
