"""The options of an attention, and what they say about its parts."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.composite import Composite
from winitgen.catalog.layers.flow import MOST_AXES
from winitgen.catalog.layers.kinds import Epsilon, Index, Reference, Size, Switch

HeadNorm = Annotated[Literal["rms_norm", "layer_norm"], Meta(description="rms_norm or layer_norm")]
NormOver = Annotated[
    Literal["head", "width"],
    Meta(description="'head', for each head by itself, or 'width', for all heads together"),
]
Positive = Annotated[float, Meta(gt=0, le=1e6, description="a number above 0, at most 10^6")]
Base = Annotated[float, Meta(gt=1, le=1e12, description="a number above 1, such as 10000")]
Window = Annotated[
    Size | Annotated[tuple[Size, ...], Meta(min_length=1, max_length=MOST_AXES)],
    Meta(
        description="a whole number of at least 1, for a sequence, or a list of them, one for each axis of a map"
    ),
]
Shift = Annotated[
    Index | tuple[Index, ...], Meta(description="a whole number, or a list of them, one for each axis")
]


class AttentionOptions(Composite, frozen=True, kw_only=True):
    """Query, key, value and output, over heads; what can be said about them in a spec."""

    parts: ClassVar[tuple[str, ...]] = (
        "query",
        "key",
        "value",
        "output",
        "qkv",
        "query_norm",
        "key_norm",
        "bias_k",
        "bias_v",
        "sinks",
    )
    later: ClassVar[tuple[str, ...]] = ("norm_offset", "causal", "sinks", "bias_kv")
    more_inputs: ClassVar[tuple[str, ...]] = (  # in the order in which Keras takes them
        "value_source",
        "source",
        "position_bias",
    )

    heads: Annotated[Size, "Heads of queries"]
    kv_heads: Annotated[
        Size | None, "Heads of keys and values, which the heads share; if absent, as many"
    ] = None
    head_dim: Annotated[
        Size | None, "Features of a head of queries or keys; if absent, the features that flow in / heads"
    ] = None
    value_dim: Annotated[Size | None, "Features of a head of values; if absent, head_dim"] = None
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
    norm_offset: Annotated[Switch, "In that norm: w" + meanings.UNIT_OFFSET[1:]] = False

    causal: Annotated[Switch, "Whether a position attends only to itself and those before it"] = False
    window: Annotated[
        Window | None,
        "A number: only positions less than this far away attend to each other; "
        "a list: a map of features last is cut into windows of this size, each attended by itself",
    ] = None
    shift: Annotated[
        Shift | None, "How far the windows of a map are moved, cyclically; if absent, not at all"
    ] = None
    rotary: Annotated[
        Base | None, "Base of rotary positions, by which queries and keys are turned; if absent, none"
    ] = None
    score_scale: Annotated[Positive | None, "Factor on the scores; if absent, 1 / sqrt(head_dim)"] = None
    softcap: Annotated[Positive | None, "Bound c of the scores, as c tanh(score / c); if absent, none"] = None
    sinks: Annotated[Switch, "Whether each head has a learned score to which it attends without a value"] = (
        False
    )

    bias_kv: Annotated[
        Switch, "Whether a learned key and a learned value come after those of the positions"
    ] = False
    position_bias: Annotated[
        Reference | None,
        "Layer whose output is added to the scores, such as a position_bias; if absent, none",
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
        optional = {
            "qkv": self.fused,
            "bias_k": self.bias_kv,
            "bias_v": self.bias_kv,
            "sinks": self.sinks,
        }
        return ("query", "key", "value", "output", *norms, *(part for part, has in optional.items() if has))

    @property
    def biased(self) -> tuple[str, ...]:
        """The parts that can have a bias or a shift."""
        norms = ("query_norm", "key_norm") if self.query_key_norm == "layer_norm" else ()
        return ("query", "key", "value", "output", *norms)
