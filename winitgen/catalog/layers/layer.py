"""What a layer is: options from the spec, a flow of sizes, and the parameters it needs.

A layer type is one class in a module of this package, found by looking: its fields are the options
that a spec can set, and ``winitgen layers`` prints the first line of its docstring. A layer states
the fans of its parameters; they are never guessed from a shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple

import msgspec
from msgspec import Meta

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo

LARGEST_SIZE = 2**40
MOST_AXES = 8
LARGEST_FLOW = 2**62
"""The most values of one sample: a signed 64-bit number can count them, with a bit to spare."""

Size = Annotated[int, Meta(ge=1, le=LARGEST_SIZE, description="a whole number from 1 to 2^40")]
Index = Annotated[int, Meta(ge=0, le=LARGEST_SIZE, description="a whole number from 0 to 2^40")]
Sizes = Annotated[
    Size | tuple[Size, ...],
    Meta(description="a whole number of at least 1, or a list of them, one for each axis"),
]
Padding = Annotated[
    Literal["valid", "same"] | Index | tuple[Index, ...],
    Meta(description="'valid', 'same', a whole number, or a list of whole numbers, one for each axis"),
]
Epsilon = Annotated[float, Meta(gt=0, le=1, description="a number above 0, at most 1")]
Switch = Annotated[bool, Meta(description="true or false")]
Name = Annotated[str, Meta(description="a name: letters, digits, '_' and '-', in segments joined by '.'")]
Dtype = Annotated[str, Meta(description="a number format, such as float32")]
AnyDtype = Annotated[
    str,
    Meta(description="a number format, such as float32; for whole numbers int64, int32, int8, uint8 or bool"),
]
Quirks = Annotated[
    Literal["torch", "keras", "flax", "none"],
    Meta(description="torch, keras or flax, to draw with its fans, or none for the true fans"),
]
From = Annotated[
    str | tuple[str, ...], Meta(description="the name of an earlier layer, 'input', or a list of such names")
]

Reference = Annotated[str, Meta(description="the name of an earlier layer, or of an input of the model")]

Shape = tuple[int | None, ...]


class Refusal(Exception):
    """A layer that does not fit what flows into it: the key at fault (or empty), and what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


class Flow(NamedTuple):
    """What flows from one layer into the next, for one sample.

    ``shape`` is channels first; an unknown size is None, and so is a shape that is wholly unknown.
    ``image`` says that the axes are channels and spatial axes, as a convolution or a pooling outputs them, and
    as a model's input of three or more axes has them;
    ``tokens`` says that the values are whole numbers, for an embedding.
    """

    shape: Shape | None
    image: bool = False
    tokens: bool = False

    def __str__(self) -> str:
        if self.shape is None:
            return "(?)"
        inner = ", ".join("?" if size is None else str(size) for size in self.shape)
        return f"({inner},)" if len(self.shape) == 1 else f"({inner})"


UNKNOWN = Flow(None)
"""A flow after a mistake: everything fits it, so that one mistake is reported once."""


class Weight(NamedTuple):
    """A parameter that a layer needs, before anything is decided about its values.

    ``part`` is the segment of the path below the layer's own, for a layer with several parts.
    ``init_key`` is the option of the layer that says how it is drawn: ``init``, ``bias_init``, or empty for
    a buffer, which no option and no rule reaches. ``auto`` is what ``auto`` means for it; None means
    that the activation decides. ``zeroed`` is a range of elements (first, end) that is always zero.
    ``gates`` is the number of gates stacked along the first axis: each is a matrix of its own, with the
    fans stated. A fan is a whole number, or a mean
    such as 13.5 if outputs differ in what they see. ``groups`` are those of a convolution's kernel, stacked
    along its first axis; 0 for any other parameter. ``bare`` says that its id, and its name in a file, are the
    path alone, without the role.
    """

    role: str
    shape: tuple[int, ...]
    init_key: str
    fan_in: float | None = None
    fan_out: float | None = None
    auto: Init | None = None
    dtype: str | None = None
    zeroed: tuple[int, int] | None = None
    part: str = ""
    gates: int = 1
    groups: int = 0
    bare: bool = False


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """The options that every layer has, and the questions that every layer answers."""

    type: ClassVar[str] = ""
    family: ClassVar[str] = ""
    """The name for layers like this one in the tables of presets and fan quirks; empty for one without parameters."""
    built_from: ClassVar[str] = ""
    """The family of the layers that it is built from, if no framework has one of its own."""
    kernel: ClassVar[bool] = False
    """Whether the search for the activation of an earlier layer ends here."""
    transparent: ClassVar[bool] = False
    """Whether that search enters this layer: it meets the layer's activation, or continues past the layer."""
    norm: ClassVar[bool] = False
    """Whether it normalises its input: ``auto`` gives a bias before it 0, whether or not the norm cancels it."""
    merges: ClassVar[bool] = False
    """Whether it joins several inputs."""
    either: ClassVar[tuple[str, ...]] = ()
    """Options of which one is required; the first of them is the usual one."""
    beside: ClassVar[bool] = False
    """Whether it stands beside the flow: nothing flows in, and the layer after it takes what the one before it gives."""
    later: ClassVar[tuple[str, ...]] = ()
    """The options that older recipes do not have: a canonical spec leaves them out at their defaults."""
    reads: ClassVar[bool] = False
    """Whether a layer beside the flow takes what flows there, without being in its way."""
    more_inputs: ClassVar[tuple[str, ...]] = ()
    """The options that name layers whose outputs flow in besides that of ``from``."""

    name: Annotated[Name | None, "Name of the layer; if absent, its type and a number"] = None
    from_: Annotated[From | None, "Layer whose output flows in; if absent, the layer before this one"] = (
        msgspec.field(default=None, name="from")
    )
    when: Annotated[Switch | None, "Whether the layer is there; false leaves it out; if absent, true"] = None

    @property
    def activation(self) -> Applied | None:
        """The activation that the spec sets, if any."""
        return None

    @property
    def applied(self) -> Applied | None:
        """The activation that the layer applies to its output, if any."""
        return self.activation

    @property
    def inputs(self) -> int | None:
        """The size of its input, if the spec states it."""
        return None

    @property
    def init(self) -> Init | None:
        """How its kernel or scale is drawn, if the spec states it."""
        return None

    @property
    def bias_init(self) -> Init | None:
        """How its bias or shift is drawn, if the spec states it."""
        return None

    @property
    def quirks(self) -> str | None:
        """The framework whose fans are used, if the spec states it."""
        return None

    @property
    def dtype(self) -> str | None:
        """The number format of its parameters, if the spec states it."""
        return None

    def init_of(self, key: str) -> Init | None:
        """Return the scheme that the spec states here under the `Weight.init_key` of a parameter."""
        return {"init": self.init, "bias_init": self.bias_init}.get(key)

    @property
    def input_keys(self) -> tuple[str, ...]:
        """The options that name its inputs, in order: ``from``, then those of `more_inputs` that are given."""
        return ("from", *(key for key in self.more_inputs if getattr(self, key) is not None))

    def flow(self, incoming: Flow | None) -> Flow | None:
        """Return what flows out; raise `Refusal` if ``incoming`` does not fit."""
        return incoming

    def join(self, flows: Sequence[Flow | None]) -> Flow | None:
        """Return what flows out from all inputs, in the order of `input_keys`; raise `Refusal` as `flow` does."""
        return self.flow(flows[0])

    def weights_for(self, flows: Sequence[Flow | None]) -> list[Weight]:
        """Return the parameters for all inputs, as `weights` does for the first."""
        return self.weights(flows[0])

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Return the parameters, in the order in which they are written.

        Called after `flow` has accepted the same ``incoming``, never with an unknown size.
        """
        return []


class WithBias(Layer, frozen=True, kw_only=True):
    """A layer whose bias ``use_bias`` switches on or off; None leaves it to the defaults."""

    if TYPE_CHECKING:  # each family has the field at another position in its order
        use_bias: bool | tuple[str, ...] | None


class Kernel(WithBias, Tieable, frozen=True, kw_only=True):
    """A layer with a kernel and perhaps a bias."""

    kernel: ClassVar[bool] = True

    inputs: Annotated[Size | None, meanings.INPUTS] = None
    activation: Annotated[Applied | None, meanings.ACTIVATION] = None
    init: Annotated[Init | None, meanings.INIT] = None
    bias_init: Annotated[Init | None, meanings.BIAS_INIT] = None
    use_bias: Annotated[Switch | None, meanings.USE_BIAS] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    def bias(self, units: int, fan_in: float, fan_out: float) -> list[Weight]:
        """Return the bias of ``units`` elements, if there is one; its fans are the layer's."""
        if self.use_bias is False:
            return []
        return [Weight("bias", (units,), "bias_init", fan_in, fan_out)]


def size_of(layer: Layer, incoming: Flow | None, axis: int) -> int | None:
    """Return the size of ``axis`` of what flows in, or ``inputs`` if no flow reaches the layer.

    Returns None only after an earlier mistake. Raises `Refusal` if the size is not stated, or if ``inputs``
    does not match the flow.
    """
    stated = layer.inputs
    if incoming is not None and incoming.shape is None:
        return stated
    flowing = incoming.shape[axis] if incoming is not None and incoming.shape else None
    if flowing is None and stated is None:
        raise Refusal(
            "", f"the input size of this {layer.type} is unknown; state the model's 'input', or 'inputs' here"
        )
    if None not in (flowing, stated) and flowing != stated:
        raise Refusal("inputs", f"{stated} does not match what flows in, {incoming}; leave 'inputs' out")
    return flowing if flowing is not None else stated


def refuse_tokens(layer: Layer, incoming: Flow | None, key: str = "") -> None:
    """Raise `Refusal` if tokens flow into a layer that computes with numbers; ``key`` names their layer."""
    if incoming is not None and incoming.tokens:
        raise Refusal(key, f"tokens flow into this {layer.type}; put an embedding before it")


def per_axis(layer: Layer, key: str, value: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    """Return one number for each of ``rank`` axes; raise `Refusal` if a list has another length."""
    if isinstance(value, int):
        return (value,) * rank
    if len(value) != rank:
        raise Refusal(
            key,
            f"{layer.type} has {rank} spatial {'axis' if rank == 1 else 'axes'}, but {len(value)} numbers are given",
        )
    return value
