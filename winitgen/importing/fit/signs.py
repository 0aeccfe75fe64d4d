"""The signs of zeros, which comparisons of numbers do not see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winitgen.audit.blocks import runs, workspace
from winitgen.files.input.stored_array import StoredArray
from winitgen.importing.fit.drawable import planned_alone
from winitgen.layouts import tensors
from winitgen.numeric.arrays import Array


def signed_zeros(array: StoredArray) -> int:
    """Return how many values are -0.0; all of it is read."""
    return sum(int(_are_signed_zeros(values).sum()) for _, values in runs(array))


def has_signs(array: StoredArray, scheme: str | Mapping[str, Any]) -> bool:
    """Return whether a scheme, which the array can have, gives -0.0 where the array has it, and nowhere else."""
    planned = planned_alone(array.shape, array.dtype, scheme)
    assert not isinstance(planned, str)
    tensor = tensors(planned)[0]
    return all(
        np.array_equal(
            _are_signed_zeros(values), _are_signed_zeros(tensor.draw(start, values.size, workspace()))
        )
        for start, values in runs(array)
    )


def _are_signed_zeros(values: Array) -> Array:
    if values.dtype.kind in "biu":
        return np.zeros(values.size, bool)
    wide = values.astype(np.float64)
    return np.asarray((wide == 0) & np.signbit(wide))
