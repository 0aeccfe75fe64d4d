"""Recurrent layers, which pass a state from position to position."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.composite import XAVIER
from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.kernel import Kernel
from winitgen.catalog.layers.kinds import Size, Switch
from winitgen.catalog.layers.last_axis import check_sequence
from winitgen.catalog.layers.layer import size_of
from winitgen.catalog.layers.weight import Weight

ORTHOGONAL = Init("orthogonal")
TANH = Applied("tanh")


class Recurrent(Kernel, frozen=True, kw_only=True):
    """Levels of cells in one direction or two, with any gates."""

    family: ClassVar[str] = "recurrent"
    gates: ClassVar[tuple[str, ...]]
    """The gates in the order in which their matrices are stacked; a plain cell has a single one."""
    allowed: ClassVar[tuple[str, ...]] = ("tanh",)
    auto_kernel: ClassVar[Init | None] = Init("xavier")
    auto_bias: ClassVar[Init] = ZEROS
    units: Annotated[Size, "Features of the state, in each direction"]
    num_layers: Annotated[
        int,
        Meta(ge=1, le=1000, description="a whole number from 1 to 1000"),
        "Layers, each on the output of the one before",
    ] = 1
    bidirectional: Annotated[Switch, "Whether to read in both directions; then twice the units flow out"] = (
        False
    )
    return_sequences: Annotated[
        Switch, "Whether all positions flow out, or only the final state of each direction"
    ] = False
    activation: Annotated[Applied, "Activation of the state: tanh, or relu for an rnn"] = TANH

    @property
    def two_biases(self) -> bool:
        """Whether the bias on the state is a parameter of its own, which is not added to the other."""
        return False

    @property
    def features(self) -> int:
        """The features that flow out in each direction, and back into the cell."""
        return self.units

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions in which each level reads."""
        return ("forward", "backward") if self.bidirectional else ("forward",)

    def flow(self, incoming: Flow | None) -> Flow:
        """Return (positions, units * directions), or without ``return_sequences`` the final states."""
        check_sequence(self, incoming)
        size_of(self, incoming, -1)
        if self.activation.name not in self.allowed:
            raise Refusal(
                "activation",
                f"{self.type} can only have the activation {' or '.join(self.allowed)}, not {self.activation}",
            )
        if incoming is not None and incoming.shape is None:
            return UNKNOWN
        features = self.features * len(self.directions)
        if not self.return_sequences:
            return Flow((features,))
        return Flow((incoming.shape[0] if incoming is not None and incoming.shape else None, features))

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """For each level and direction, at most four arrays, under the path ``l<k>.<direction>``.

        With H units: kernel (gates, H, inputs), recurrent_kernel (gates, H, H), bias (gates, H), and
        the GRU's recurrent_bias (gates, H). Each gate is a matrix of its own: fan_in is the inputs, or H, and
        fan_out is H. The recurrent kernel of each is orthogonal (Saxe et al. 2013). If P features are
        projected, the recurrent kernel is (gates, H, P), and a projection_kernel (P, H) follows (Sak, Senior &
        Beaufays 2014).
        """
        size = size_of(self, incoming, -1)
        if size is None:
            return []
        weights = []
        for layer in range(self.num_layers):
            for direction in self.directions:
                weights += self._cell(size, f"l{layer}.{direction}")
            size = self.features * len(self.directions)
        return weights

    def _cell(self, inputs: int, part: str) -> list[Weight]:
        """Return the weights of one level in one direction."""
        count, units = len(self.gates), self.units

        def weight(role: str, size: tuple[int, ...], fan_in: int, auto: Init | None) -> Weight:
            key = "bias_init" if "bias" in role else "init"
            return Weight(role, (count, *size), key, fan_in, units, auto, part=part, gates=count)

        weights = [
            weight("kernel", (units, inputs), inputs, self.auto_kernel),
            weight("recurrent_kernel", (units, self.features), self.features, ORTHOGONAL),
        ]
        if self.use_bias is not False:
            weights.append(weight("bias", (units,), inputs, self.auto_bias))
            if self.two_biases:
                weights.append(weight("recurrent_bias", (units,), self.features, ZEROS))
        return weights


class Rnn(Recurrent, frozen=True, kw_only=True):
    """Plain recurrent: h = f(W x + U h + b), f tanh or relu."""

    type: ClassVar[str] = "rnn"
    gates: ClassVar[tuple[str, ...]] = ("hidden",)
    allowed: ClassVar[tuple[str, ...]] = ("tanh", "relu")
    auto_kernel: ClassVar[Init | None] = None  # by the activation


class Lstm(Recurrent, frozen=True, kw_only=True):
    """Long short-term memory: input, forget, cell and output gates (Hochreiter & Schmidhuber 1997)."""

    type: ClassVar[str] = "lstm"
    gates: ClassVar[tuple[str, ...]] = ("input", "forget", "cell", "output")
    auto_bias: ClassVar[Init] = Init("forget_bias")

    projection: Annotated[
        Size | None, "Features that the output is projected to, fewer than the units; if absent, it is not"
    ] = None

    @property
    def features(self) -> int:
        """The features that flow out in each direction, and back into the cell."""
        return self.projection or self.units

    def flow(self, incoming: Flow | None) -> Flow:
        """Return (positions, features * directions), or without ``return_sequences`` only the last."""
        if self.projection is not None and self.projection >= self.units:
            raise Refusal(
                "projection",
                f"{self.projection} features are no fewer than the {self.units} units; leave projection out, or write less",
            )
        return super().flow(incoming)

    def _cell(self, inputs: int, part: str) -> list[Weight]:
        """Return the weights of one level in one direction."""
        weights = super()._cell(inputs, part)
        if self.projection is not None:
            shape = self.projection, self.units
            weights.append(
                Weight("projection_kernel", shape, "init", self.units, self.projection, XAVIER, part=part)
            )
        return weights


class Gru(Recurrent, frozen=True, kw_only=True):
    """Gated recurrent unit: reset, update and new gates, each with two biases, or one (Cho et al. 2014)."""

    type: ClassVar[str] = "gru"
    gates: ClassVar[tuple[str, ...]] = ("reset", "update", "new")
    later: ClassVar[tuple[str, ...]] = ("reset_after",)

    reset_after: Annotated[
        Switch,
        "Whether the reset gate acts after the product with the recurrent kernel; if not, there is one bias, and only Keras has it",
    ] = True

    @property
    def two_biases(self) -> bool:
        """Whether the new gate has a bias that the reset gate multiplies."""
        return self.reset_after
