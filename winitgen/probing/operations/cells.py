"""One step of each recurrent layer, and one step back, by PyTorch's equations.

The input of the gates is (samples, gates, units), with the gates in the order of the spec; a state is
(samples, units), and its output (samples, features). The backward pass recomputes the gates from their input: applying the functions twice
costs less than keeping their values.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.catalog.layers.recurrent import Gru, Recurrent
from winitgen.numeric.arrays import Array
from winitgen.probing.activations import FLAT, evaluate

KNEE = float(np.arctanh(np.sqrt(1 - FLAT)))
"""Beyond this tanh is saturated: its slope 1 - tanh(x)^2 is below 1 % of the largest."""


class State(NamedTuple):
    """The state passed from one position to the next: the output, and the cell's memory."""

    output: Array
    memory: Array


class RecurrentCell:
    """The recurrent map of one level in one direction.

    ``kernel`` is the recurrent kernel, (gates, units, features). ``bias`` (gates, units) is the recurrent bias,
    zeros if absent. ``projection`` (features, units) is an LSTM's, if it has one; without one the features
    are the units. ``remembers`` says whether a state has a memory besides the output. ``halves`` has 1/2
    for a sigmoid gate and 1 for a tanh: both are h tanh(h x) + 1 - h, with the slope h^2 (1 - tanh(h x)^2).
    """

    halves: ClassVar[tuple[float, ...]]
    remembers: ClassVar[bool] = True

    def __init__(self, applied: Applied, kernel: Array, bias: Array, projection: Array | None = None) -> None:
        self.applied = applied
        self.projection = projection
        self.kernel = kernel.reshape(-1, kernel.shape[-1])
        self.bias = bias
        self.half = np.array(self.halves, kernel.dtype)[:, np.newaxis]

    def step(self, entering: Array, before: State, after: State) -> None:
        """Add the recurrent input of the state before to ``entering``, and fill in the state after."""
        raise NotImplementedError

    def back(self, entered: Array, before: State, after: State, gradient: State, out: Array) -> State:
        """Return the gradient of the state before, and write that of the gates' input to ``out``."""
        raise NotImplementedError

    def outer_bias(self) -> Array:
        """Return the recurrent biases that are added outside the reset gate, like the first bias."""
        return self.bias

    def recurrent_gradient(self, entered: Array, gradient: Array) -> Array | None:
        """Return the gradient of the recurrent input of the gates (..., gates, units) from that of their whole input.

        None if the recurrent kernel meets something else than the output of the position before.
        """
        return gradient

    def saturated(self, entered: Array) -> int:
        """Return how many values (..., gates, units) have a slope below 1 % of the largest of their gate."""
        return int(np.count_nonzero(np.abs(entered) > KNEE / self.half))

    def _recurrent_input(self, output: Array) -> Array:
        """Return the recurrent input of the gates from an output."""
        return (output @ self.kernel.T).reshape(len(output), *self.bias.shape)

    def _output_gradient(self, gradient: Array) -> Array:
        """Return the gradient of an output from that of the recurrent input it gives."""
        return gradient.reshape(len(gradient), -1) @ self.kernel

    def _gates(self, entered: Array) -> tuple[Array, Array]:
        """Return the values and slopes of the gates."""
        values = entered * self.half
        np.tanh(values, out=values)
        slopes = values * values
        np.subtract(1, slopes, out=slopes)
        slopes *= self.half**2
        values *= self.half
        values += 1 - self.half
        return values, slopes


class RnnCell(RecurrentCell):
    """h = f(W x + U h + b) (Elman 1990)."""

    halves: ClassVar[tuple[float, ...]] = (1.0,)
    remembers: ClassVar[bool] = False

    def step(self, entering: Array, before: State, after: State) -> None:
        """Apply f, tanh or relu."""
        entering += self._recurrent_input(before.output)
        np.copyto(after.output, evaluate(self.applied, entering[:, 0])[0])

    def back(self, entered: Array, before: State, after: State, gradient: State, out: Array) -> State:
        """Multiply by the slope of f."""
        np.multiply(gradient.output, evaluate(self.applied, entered[:, 0])[1], out=out[:, 0])
        return State(self._output_gradient(out), gradient.memory)

    def saturated(self, entered: Array) -> int:
        """Return how many values are beyond the knee of tanh, or, for relu, not above 0."""
        if self.applied.name == "relu":
            return int(np.count_nonzero(entered <= 0))
        return super().saturated(entered)


class LstmCell(RecurrentCell):
    """c = f c + i g and h = o tanh(c), gates i, f, g, o (Gers, Schmidhuber & Cummins 2000).

    With a projection P the output is P h (Sak, Senior & Beaufays 2014).
    """

    halves: ClassVar[tuple[float, ...]] = (0.5, 0.5, 1.0, 0.5)

    def step(self, entering: Array, before: State, after: State) -> None:
        """Compute c, which is the memory, and h."""
        entering += self._recurrent_input(before.output)
        i, f, g, o = np.moveaxis(self._gates(entering)[0], 1, 0)
        np.multiply(f, before.memory, out=after.memory)
        i *= g
        np.add(after.memory, i, out=after.memory)
        if self.projection is None:
            np.multiply(o, np.tanh(after.memory), out=after.output)
        else:
            np.matmul(o * np.tanh(after.memory), self.projection.T, out=after.output)

    def back(self, entered: Array, before: State, after: State, gradient: State, out: Array) -> State:
        """Go back through the projection, through h, then through c."""
        hidden = gradient.output if self.projection is None else gradient.output @ self.projection
        gates, slopes = self._gates(entered)
        i, f, g, o = np.moveaxis(gates, 1, 0)
        tanh_memory = np.tanh(after.memory)
        np.multiply(hidden, tanh_memory, out=out[:, 3])
        through = hidden * o * (1 - tanh_memory * tanh_memory) + gradient.memory
        np.multiply(through, g, out=out[:, 0])
        np.multiply(through, before.memory, out=out[:, 1])
        np.multiply(through, i, out=out[:, 2])
        out *= slopes
        return State(self._output_gradient(out), through * f)


class GruCell(RecurrentCell):
    """h = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), gates r, z, n (Cho et al. 2014).

    This is PyTorch's variant: the reset gate r acts after the product with U. The memory is what it acts on.
    """

    halves: ClassVar[tuple[float, ...]] = (0.5, 0.5, 1.0)

    def outer_bias(self) -> Array:
        """Return the biases of the first two gates; that of the new gate is inside the reset gate."""
        bias = self.bias.copy()
        bias[2] = 0
        return bias

    def recurrent_gradient(self, entered: Array, gradient: Array) -> Array | None:
        """Return the gradient with that of the new gate times r."""
        found = gradient.copy()
        found[..., 2, :] *= self._gates(entered)[0][..., 0, :]
        return found

    def step(self, entering: Array, before: State, after: State) -> None:
        """Compute h, and U h + c of the new gate, which is the memory."""
        recurrent_input = self._recurrent_input(before.output)
        np.add(recurrent_input[:, 2], self.bias[2], out=after.memory)
        entering[:, :2] += recurrent_input[:, :2]
        reset = self._gates(entering)[0][:, 0]
        entering[:, 2] += reset * after.memory
        _, z, n = np.moveaxis(self._gates(entering)[0], 1, 0)
        np.add(n, z * (before.output - n), out=after.output)

    def back(self, entered: Array, before: State, after: State, gradient: State, out: Array) -> State:
        """Go back through h, then through n, then through r."""
        gates, slopes = self._gates(entered)
        r, z, n = np.moveaxis(gates, 1, 0)
        np.multiply(gradient.output, before.output - n, out=out[:, 1])
        np.multiply(gradient.output, 1 - z, out=out[:, 2])
        out[:, 1:] *= slopes[:, 1:]
        np.multiply(out[:, 2], after.memory, out=out[:, 0])
        out[:, 0] *= slopes[:, 0]
        recurrent_input = out.copy()
        recurrent_input[:, 2] *= r
        return State(self._output_gradient(recurrent_input) + gradient.output * z, gradient.memory)


class EarlyGruCell(GruCell):
    """h = (1 - z) n + z h with n = tanh(W x + b + U (r h)): the reset gate acts before the product with U (Cho et al. 2014)."""

    remembers: ClassVar[bool] = False

    def outer_bias(self) -> Array:
        """Return all recurrent biases: none is inside the reset gate."""
        return self.bias

    def recurrent_gradient(self, entered: Array, gradient: Array) -> Array | None:
        """Return None: the kernel of the new gate meets r times the output."""
        return None

    def step(self, entering: Array, before: State, after: State) -> None:
        """Compute r and z, then h from r times the state."""
        units = before.output.shape[-1]
        outer, inner = self.kernel[: 2 * units], self.kernel[2 * units :]
        entering[:, :2] += (before.output @ outer.T).reshape(len(entering), 2, units)
        reset = self._gates(entering)[0][:, 0]
        entering[:, 2] += (reset * before.output) @ inner.T
        _, z, n = np.moveaxis(self._gates(entering)[0], 1, 0)
        np.add(n, z * (before.output - n), out=after.output)

    def back(self, entered: Array, before: State, after: State, gradient: State, out: Array) -> State:
        """Go back through h, then through n, then through r times the state."""
        gates, slopes = self._gates(entered)
        r, z, n = np.moveaxis(gates, 1, 0)
        units = before.output.shape[-1]
        np.multiply(gradient.output, before.output - n, out=out[:, 1])
        np.multiply(gradient.output, 1 - z, out=out[:, 2])
        out[:, 1:] *= slopes[:, 1:]
        product = out[:, 2] @ self.kernel[2 * units :]
        np.multiply(product, before.output, out=out[:, 0])
        out[:, 0] *= slopes[:, 0]
        through = out[:, :2].reshape(len(out), -1) @ self.kernel[: 2 * units]
        return State(through + product * r + gradient.output * z, gradient.memory)


CELLS: dict[str, type[RecurrentCell]] = {"rnn": RnnCell, "lstm": LstmCell, "gru": GruCell}
"""The cell of each recurrent layer type."""


def cell_of(layer: Recurrent) -> type[RecurrentCell]:
    """Return the cell of a layer."""
    return EarlyGruCell if isinstance(layer, Gru) and not layer.reset_after else CELLS[layer.type]
