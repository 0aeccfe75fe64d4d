"""What a layer is: options from the spec, a flow of sizes, and the parameters it needs.

A layer type is one class in a module of this package, with a line in its table: its fields are the options
that a spec can set, and ``winitgen layers`` prints the first line of its docstring. A layer states
the fans of its parameters; they are never guessed from a shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import Init
from winitgen.catalog.layers.flow import Flow, Refusal
from winitgen.catalog.layers.kinds import From, Name, Switch
from winitgen.catalog.layers.weight import Weight
from winitgen.numeric.amount import amount


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
        return self.init if key == "init" else self.bias_init if key == "bias_init" else None

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
            f"{layer.type} has {amount(rank, 'spatial axis', 'spatial axes')}, but "
            f"{amount(len(value), 'number is given', 'numbers are given')}",
        )
    return value
