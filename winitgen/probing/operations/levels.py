"""One level of a recurrent layer: its cells, one per direction, over all positions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.probing.operations.cells import RecurrentCell, State, cell_of
from winitgen.probing.operations.dense import affine
from winitgen.probing.operations.kernel_gradients import dense_gradient
from winitgen.probing.weights import DrawnWeights


class Level:
    """Cells that read one signal; the second of two reads it backwards.

    ``parts`` names the parameters of each cell in ``weights``; ``layer`` determines the kind of cell. The
    input of the gates is one matrix product for all positions and directions; the workers then share the
    steps by samples and directions.
    """

    def __init__(
        self, parts: Sequence[str], layer: Recurrent, weights: DrawnWeights, workers: Workers
    ) -> None:
        self.workers = workers
        self.weights, self.parts = weights, parts
        self.cells = [_cell(part, layer, weights) for part in parts]
        kernels = [weights.needed("kernel", part) for part in parts]
        self.kernel = np.concatenate([kernel.reshape(-1, kernel.shape[-1]) for kernel in kernels])
        self.bias = np.concatenate([_bias(*pair, weights) for pair in zip(parts, self.cells, strict=True)])

    def forward(self, inputs: Array) -> Array:
        """Return (samples, positions, features * directions) from (samples, positions, inputs)."""
        for part in self.parts:
            self.weights.reads(inputs, part)
        entering = affine(inputs, self.kernel, self.bias, self.workers)
        tracks = *inputs.shape[:2], len(self.cells)
        self.entered = entering.reshape(*tracks, *self.cells[0].bias.shape)
        self.output = np.empty((*tracks, self.cells[0].kernel.shape[1]), entering.dtype)
        self.memory = np.empty_like(self.entered[..., 0, :]) if self.cells[0].remembers else self.output
        self.workers.each(self._read, self._tracks())
        return self.output.reshape(*inputs.shape[:2], -1)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the inputs, through all positions."""
        gradient = gradient.reshape(self.output.shape)
        entered = np.empty_like(self.entered, gradient.dtype)
        self.workers.each(lambda track: self._read_back(track, gradient, entered), self._tracks())
        if self.weights.learns:
            self._learn(entered)
        return affine(entered.reshape(*gradient.shape[:2], -1), self.kernel.T, None, self.workers)

    def _learn(self, gradient: Array) -> None:
        """Leave the gradients of the kernels and biases, from that of the gates' input; none of a projection."""
        for direction, (part, cell) in enumerate(zip(self.parts, self.cells, strict=True)):
            inputs, own = self.weights.read(part), gradient[:, :, direction]
            flat = own.reshape(*own.shape[:2], -1)
            kernel = dense_gradient(inputs, flat, self.workers)
            self.weights.learned("kernel", kernel.reshape(self.weights.needed("kernel", part).shape), part)
            if (bias := self.weights.array("bias", part)) is not None:
                self.weights.learned("bias", flat.sum((0, 1)).reshape(bias.shape), part)
            recurrent = cell.recurrent_gradient(self.entered[:, :, direction], own)
            if recurrent is None:
                continue
            before = self._before(direction)
            through = recurrent.reshape(flat.shape)
            found = dense_gradient(before, through, self.workers)
            self.weights.learned(
                "recurrent_kernel", found.reshape(self.weights.needed("recurrent_kernel", part).shape), part
            )
            if (second := self.weights.array("recurrent_bias", part)) is not None:
                self.weights.learned("recurrent_bias", through.sum((0, 1)).reshape(second.shape), part)

    def _before(self, direction: int) -> Array:
        """Return the output that each position of a direction starts from: (samples, positions, features)."""
        output = self.output[:, :, direction]
        start = np.zeros_like(output[:, :1])
        return np.concatenate([output[:, 1:], start] if direction else [start, output[:, :-1]], 1)

    def ends(self) -> list[tuple[int, int]]:
        """Return the position and the direction of each direction's last step."""
        return [(-1, 0), (0, 1)][: len(self.cells)]

    def saturated(self) -> tuple[int, int]:
        """Return how many inputs of the gates are saturated, and of how many."""
        counts = self.workers.each(
            lambda track: self.cells[track[1]].saturated(self.entered[track[0], :, track[1]]),
            product(self.workers.runs(len(self.entered), 1), range(len(self.cells))),
        )
        return sum(counts), self.entered.size

    def _tracks(self) -> list[tuple[slice, int]]:
        """Return runs of samples, each in every direction."""
        return list(product(self.workers.runs(len(self.entered)), range(len(self.cells))))

    def _positions(self, direction: int) -> list[int]:
        """Return the positions in the order in which a direction reads them."""
        positions = range(self.entered.shape[1])
        return list(reversed(positions) if direction else positions)

    def _read(self, track: tuple[slice, int]) -> None:
        """Do every step of one direction for a run of samples."""
        run, direction = track
        state = self._start(run)
        for position in self._positions(direction):
            after = self._state(run, position, direction)
            self.cells[direction].step(self.entered[run, position, direction], state, after)
            state = after

    def _read_back(self, track: tuple[slice, int], gradient: Array, entered: Array) -> None:
        """Do every step backward, and fill ``entered`` with the gradient of the input of the gates."""
        run, direction = track
        positions = self._positions(direction)
        start = self._start(run)
        states = [start, *(self._state(run, position, direction) for position in positions)]
        passed = start
        for step in reversed(range(len(positions))):
            at = run, positions[step], direction
            flowing = State(gradient[at] + passed.output, passed.memory)
            passed = self.cells[direction].back(
                self.entered[at], states[step], states[step + 1], flowing, entered[at]
            )

    def _state(self, run: slice, position: int, direction: int) -> State:
        """Return views of the state after a position."""
        return State(self.output[run, position, direction], self.memory[run, position, direction])

    def _start(self, run: slice) -> State:
        """Return the state before the first position: zeros."""
        return State(np.zeros_like(self.output[run, 0, 0]), np.zeros_like(self.memory[run, 0, 0]))


def _cell(part: str, layer: Recurrent, weights: DrawnWeights) -> RecurrentCell:
    """Return the cell with a part's recurrent kernel and recurrent bias."""
    kernel, bias = weights.needed("recurrent_kernel", part), weights.array("recurrent_bias", part)
    if bias is None:
        bias = np.zeros(kernel.shape[:2], kernel.dtype)
    projection = weights.array("projection_kernel", part)
    return cell_of(layer)(layer.activation, kernel, bias, projection)


def _bias(part: str, cell: RecurrentCell, weights: DrawnWeights) -> Array:
    """Return the bias that is added to the gates at all positions, as one axis."""
    bias, second = weights.array("bias", part), cell.outer_bias()
    return np.ravel(second if bias is None else bias + second)
