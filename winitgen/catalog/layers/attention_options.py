"""The options of an attention, and what they say about its parts."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.layer import Epsilon, Reference, Size, Switch

HeadNorm = Annotated[Literal["rms_norm", "layer_norm"], Meta(description="rms_norm or layer_norm")]
NormOver = Annotated[
    Literal["head", "width"],
    Meta(description="'head', for each head by itself, or 'width', for all heads together"),
]


class AttentionOptions(Composite, frozen=True, kw_only=True):
    """Query, key, value and output, over heads; what can be said about them in a spec."""

    parts: ClassVar[tuple[str, ...]] = ("query", "key", "value", "output", "qkv", "query_norm", "key_norm")
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
    query_key_norm: Annotated[
        HeadNorm | None, "Norm of queries and keys before the scores; if absent, none"
    ] = None
    norm_over: Annotated[NormOver | None, "What that norm normalises together; if absent, each head"] = None
    epsilon: Annotated[
        Epsilon | None, "Added to the variance or the mean square in that norm; if absent, 1e-5"
    ] = None

    @property
    def origins(self) -> dict[str, str]:
        """The options that name the inputs of query, key and value."""
        keys = "from" if self.source is None else "source"
        return {"query": "from", "key": keys, "value": keys if self.value_source is None else "value_source"}

    @property
    def present(self) -> tuple[str, ...]:
        """The parts that this attention has."""
        norms = ("query_norm", "key_norm") if self.query_key_norm else ()
        return ("query", "key", "value", "output", *(("qkv",) if self.fused else ()), *norms)

    @property
    def biased(self) -> tuple[str, ...]:
        """The parts that can have a bias or a shift."""
        norms = ("query_norm", "key_norm") if self.query_key_norm == "layer_norm" else ()
        return ("query", "key", "value", "output", *norms)
