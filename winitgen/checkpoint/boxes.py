"""Draws a part of a tensor: the elements in one range an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from winitgen.drawing.draw import BLOCK
from winitgen.numeric.dtypes import DTYPES
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winitgen.layouts.tensor import Tensor
    from winitgen.numeric.arrays import Array


def read_box(tensor: Tensor, ranges: Sequence[range]) -> Array:
    """Return the elements of a tensor in one range an axis, each with a step of at least 1."""
    shape = tuple(map(len, ranges))
    found = np.empty(shape, DTYPES[tensor.dtype].numpy())
    if not found.size:
        return found
    workspace = Workspace()
    if not ranges:
        found[...] = tensor.draw(0, 1, workspace)[0]
        return found
    rows, inner = ranges[0], math.prod(tensor.shape[1:])
    inside = tuple(slice(part.start, part.stop, part.step) for part in ranges[1:])
    many = max(1, BLOCK // inner) if rows.step == 1 else 1
    for first in range(0, len(rows), many):
        go_on()
        count = min(many, len(rows) - first)
        block = np.empty(count * inner, found.dtype)
        for start in range(0, block.size, BLOCK):
            part = block[start : start + BLOCK]
            part[:] = tensor.draw(rows[first] * inner + start, part.size, workspace)
        found[first : first + count] = block.reshape(count, *tensor.shape[1:])[(slice(None), *inside)]
    return found
