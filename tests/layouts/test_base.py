"""Tensors made of one parameter, of several, and of several in another order."""

from __future__ import annotations

import numpy as np
import pytest

import winitgen
from winitgen.drawing.draw import whole
from winitgen.layouts.tensor import Tensor
from winitgen.numeric.scratch import Workspace

PLAN = winitgen.plan(
    {
        "input": 3,
        "layers": [{"name": "a", "type": "dense", "units": 4}, {"name": "b", "type": "dense", "units": 4}],
    }
)
A, B = PLAN.parameters[0], PLAN.parameters[2]  # kernels of shape (4, 3) and (4, 4)


def drawn(tensor: Tensor, block: int) -> np.ndarray:
    """Return all of a tensor, drawn in blocks of this size."""
    workspace = Workspace()
    starts = range(0, tensor.size, block)
    runs = [tensor.draw(start, min(block, tensor.size - start), workspace).copy() for start in starts]
    return np.concatenate(runs).reshape(tensor.shape)


@pytest.mark.parametrize("block", [1, 5, 12, 13, 100])
def test_joined_parameters_follow_each_other(block: int) -> None:
    """A tensor of two parameters holds one after the other, however it is cut into blocks."""
    tensor = Tensor("ab", [A, B], (28,))

    assert np.concatenate([whole(A).ravel(), whole(B).ravel()]).tolist() == drawn(tensor, block).tolist()


@pytest.mark.parametrize("block", [1, 5, 28])
def test_arranged_parameters_stand_as_the_layout_says(block: int) -> None:
    """A tensor with an arrangement holds what it makes of the whole arrays."""
    tensor = Tensor("ab", [A, B], (7, 4), lambda a, b: np.concatenate([a.T, b.T]))

    assert np.concatenate([whole(A).T, whole(B).T]).tolist() == drawn(tensor, block).tolist()


def test_an_arranged_tensor_can_be_drawn_again() -> None:
    """A comparison that is followed by a writing draws it twice."""
    tensor = Tensor("a", [A], (3, 4), np.transpose)

    assert drawn(tensor, 4).tolist() == drawn(tensor, 5).tolist()
