"""The drawn parameters of one layer, and the planned moments that theory uses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from winitgen.drawing.draw import draw
from winitgen.drawing.whole.normed import SingularVector
from winitgen.numeric.arrays import Array
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import Parameter
from winitgen.probing.fill import filled


class PlannedMoments(NamedTuple):
    """The mean and variance of the distribution of one parameter."""

    mean: np.float64
    variance: np.float64

    @property
    def square(self) -> np.float64:
        """The second moment."""
        return np.float64(self.mean**2 + self.variance)


class DrawnWeights:
    """The parameters of one layer by role, and by part if the layer has several.

    ``parameters`` are those planned for the layer. Each is drawn when it is first asked for, and returned
    in ``dtype``, float32 or float64; values of a narrower format are first rounded to that format. A kernel is
    the one that the layer uses, after its norm if it has one.

    With ``learns``, operations leave what their kernels read here during the forward pass, and the gradients of their parameters
    during the backward pass.
    """

    def __init__(
        self, parameters: Sequence[Parameter], dtype: str, workers: Workers, *, learns: bool = False
    ) -> None:
        self.dtype = dtype
        self.learns = learns
        self._read: dict[str, Array] = {}
        self._gradients: dict[tuple[str, str], Array] = {}
        self._parameters = {(parameter.part, parameter.role): parameter for parameter in parameters}
        self._workers = workers
        self._arrays: dict[tuple[str, str], Array] = {}
        self._sigmas: dict[str, float] = {}

    def array(self, role: str, part: str = "") -> Array | None:
        """Return a parameter in its canonical shape, or None if the layer does not have it."""
        key = part, role
        if key not in self._parameters:
            return None
        if key not in self._arrays:
            array = drawn(self._parameters[key], self.dtype, self._workers)
            sigma = self._sigma(part) if role == "kernel" else 1.0
            self._arrays[key] = array if sigma == 1.0 else array / array.dtype.type(sigma)
        return self._arrays[key]

    def _sigma(self, part: str) -> float:
        """Return the singular value by which spectral normalization divides the kernel of a part, or 1."""
        vector = self._parameters.get((part, "u"))
        if vector is None or not isinstance(vector.distribution, SingularVector):
            return 1.0
        if part not in self._sigmas:
            kernel, u, v = (self._parameters[part, role] for role in ("kernel", "u", "v"))
            axis = vector.distribution.axis
            array = np.moveaxis(drawn(kernel, "float64", self._workers), axis, 0)
            left, right = (drawn(one, "float64", self._workers) for one in (u, v))
            self._sigmas[part] = float(left @ array.reshape(left.size, -1) @ right)
        return self._sigmas[part]

    def needed(self, role: str, part: str = "") -> Array:
        """Return a parameter that the layer always has."""
        array = self.array(role, part)
        assert array is not None, f"no {role} {part}"
        return array

    def planned(self, role: str, part: str = "") -> PlannedMoments:
        """Return the mean and variance of a parameter, both 0 if the layer does not have it."""
        parameter = self._parameters.get((part, role))
        if parameter is None:
            return PlannedMoments(np.float64(0.0), np.float64(0.0))
        sigma = self._sigma(part) if role == "kernel" else 1.0
        spread = np.float64(parameter.std / sigma)  # whose square overflows to infinity, not to an exception
        return PlannedMoments(np.float64(parameter.mean / sigma), spread**2)

    def reads(self, inputs: Array, part: str = "") -> None:
        """Keep what the kernel of a part reads, if its gradient is wanted."""
        if self.learns:
            self._read[part] = inputs

    def read(self, part: str = "") -> Array:
        """Return what the kernel of a part has read."""
        return self._read[part]

    def learned(self, role: str, gradient: Array, part: str = "") -> None:
        """Keep the gradient of a parameter, in its canonical shape, instead of a former one; nothing if there is no such parameter."""
        if self.learns and (part, role) in self._parameters:
            self._gradients[part, role] = gradient

    def gradients(self) -> list[tuple[Parameter, Array, Array]]:
        """Return the parameters whose gradients were found, with values and gradients; none of a kernel that is normalised."""
        normed = {part for part, role in self._parameters if role in ("u", "g")}
        return [
            (self._parameters[key], self.needed(key[1], key[0]), gradient)
            for key, gradient in self._gradients.items()
            if not (key[0] in normed and key[1] == "kernel")
        ]

    def spread(self) -> list[tuple[Parameter, Array]]:
        """Return the parameters drawn so far that are not constant, with their values."""
        drawn = [(parameter, self._arrays.get(key)) for key, parameter in self._parameters.items()]
        return [(parameter, array) for parameter, array in drawn if array is not None and parameter.std]


class PartWeights(DrawnWeights):
    """The parameters of one part of a layer, ``whole``, as those of a layer of its own."""

    def __init__(self, whole: DrawnWeights, part: str) -> None:
        self.dtype = whole.dtype
        self.learns = whole.learns
        self.whole = whole
        self.part = part

    def array(self, role: str, part: str = "") -> Array | None:
        """Return a parameter of the part, or None if it does not have it."""
        return self.whole.array(role, self.part)

    def learned(self, role: str, gradient: Array, part: str = "") -> None:
        """Keep the gradient of a parameter of the part."""
        self.whole.learned(role, gradient, self.part)

    def planned(self, role: str, part: str = "") -> PlannedMoments:
        """Return the mean and variance of a parameter of the part."""
        return self.whole.planned(role, self.part)


def drawn(parameter: Parameter, dtype: str, workers: Workers) -> Array:
    """Return all values of a parameter in its canonical shape, as float32 or float64, drawn by all threads."""
    return filled(parameter.shape, DTYPES[dtype].numpy(), partial(draw, parameter), workers)
