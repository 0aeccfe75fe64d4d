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
    """

    def __init__(self, parameters: Sequence[Parameter], dtype: str, workers: Workers) -> None:
        self.dtype = dtype
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

    def spread(self) -> list[tuple[Parameter, Array]]:
        """Return the parameters drawn so far that are not constant, with their values."""
        drawn = [(parameter, self._arrays.get(key)) for key, parameter in self._parameters.items()]
        return [(parameter, array) for parameter, array in drawn if array is not None and parameter.std]


class PartWeights(DrawnWeights):
    """The parameters of one part of a layer, ``whole``, as those of a layer of its own."""

    def __init__(self, whole: DrawnWeights, part: str) -> None:
        self.dtype = whole.dtype
        self.whole = whole
        self.part = part

    def array(self, role: str, part: str = "") -> Array | None:
        """Return a parameter of the part, or None if it does not have it."""
        return self.whole.array(role, self.part)

    def planned(self, role: str, part: str = "") -> PlannedMoments:
        """Return the mean and variance of a parameter of the part."""
        return self.whole.planned(role, self.part)


def drawn(parameter: Parameter, dtype: str, workers: Workers) -> Array:
    """Return all values of a parameter in its canonical shape, as float32 or float64, drawn by all threads."""
    return filled(parameter.shape, DTYPES[dtype].numpy(), partial(draw, parameter), workers)
