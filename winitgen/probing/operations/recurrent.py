"""Recurrent layers: cells applied position by position; the gradient goes back through all positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.numeric.arrays import Array
from winitgen.planning.plan import PlannedLayer
from winitgen.probing.operations.held import Batched, Held, positions_of
from winitgen.probing.operations.levels import Level
from winitgen.probing.operations.operation import Operation


class RecurrentOp(Operation):
    """Levels of cells, each in one direction or two, unrolled over the positions of the input.

    ``pre`` is the input of the gates of the last level: (samples, positions, directions, gates, units).
    Theory has no closed form here: all positions go through the same weights.
    """

    layers: ClassVar[tuple[type[Layer], ...]] = (Recurrent,)
    layer: Recurrent
    applies: ClassVar[bool] = True

    @classmethod
    def held(cls, planned: PlannedLayer, batched: Batched) -> Held:
        """Return the input of the gates, the memory and the output of every level, or of the last two of them."""
        layer = planned.layer
        assert isinstance(layer, Recurrent)
        positions = batched.samples * positions_of(planned.incoming) * len(layer.directions)
        gates = positions * len(layer.gates) * layer.units
        level = gates + positions * (layer.features + layer.units)
        kernels = sum(one.size for one in planned.parameters)
        levels = layer.num_layers if batched.backward else min(layer.num_layers, 2)
        return Held(kernels + level * levels, 0, level)

    def forward(self, inputs: Sequence[Array], *, keep: bool) -> Array:
        """Return (samples, positions, features * directions), or the final state of each direction."""
        self.levels: list[Level] = []
        out = inputs[0]
        for number in range(self.layer.num_layers):
            parts = [f"l{number}.{direction}" for direction in self.layer.directions]
            level = Level(parts, self.layer, self.weights, self.workers)
            out = level.forward(out)
            self.levels = [*self.levels, level] if keep else []
        self.pre, self.saturated = level.entered, level.saturated()
        if self.layer.return_sequences:
            return out
        return np.concatenate(
            [level.output[:, position, direction] for position, direction in level.ends()], axis=-1
        )

    def backward(self, gradient: Array) -> list[Array | None]:
        """Return the gradient of the input, through all positions and levels."""
        if not self.layer.return_sequences:
            gradient = self._at_the_end(gradient)
        for level in reversed(self.levels):
            gradient = level.backward(gradient)
        return [gradient]

    def _at_the_end(self, gradient: Array) -> Array:
        """Return the gradient of all positions: 0 except where each direction ends."""
        level = self.levels[-1]
        spread = np.zeros(level.output.shape, gradient.dtype)
        parts = np.split(gradient, len(level.cells), axis=-1)
        for (position, direction), part in zip(level.ends(), parts, strict=True):
            spread[:, position, direction] = part
        return spread.reshape(*spread.shape[:2], -1)
