"""Tensors made of one parameter, of several, and of several in another order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import winitgen
from winitgen import layouts
from winitgen.drawing.draw import whole
from winitgen.layouts import LAYOUTS
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
def test_arranged_parameters_follow_the_layout(block: int) -> None:
    """A tensor with an arrangement holds what it makes of the whole arrays."""
    tensor = Tensor("ab", [A, B], (7, 4), lambda a, b: np.concatenate([a.T, b.T]))

    assert np.concatenate([whole(A).T, whole(B).T]).tolist() == drawn(tensor, block).tolist()


def test_an_arranged_tensor_can_be_drawn_again() -> None:
    """A comparison that is followed by a writing draws it twice."""
    tensor = Tensor("a", [A], (3, 4), np.transpose)

    assert drawn(tensor, 4).tolist() == drawn(tensor, 5).tolist()


def test_a_plan_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, sizes and tensors are all those of one layout of the plan."""
    calls = []
    layout = LAYOUTS["keras"]
    counting = layout._replace(tensors=lambda plan: calls.append(plan) or layout.tensors(plan))
    monkeypatch.setattr("winitgen.layouts.LAYOUTS", {"keras": counting})
    plan = replace(PLAN, layout="keras")

    assert ["a/kernel", "a/bias", "b/kernel", "b/bias"] == layouts.names(plan)
    assert layouts.names(plan) == [tensor.name for tensor in layouts.tensors(plan)]
    assert 4 * (16 + 20) == layouts.size_of(plan)
    assert [plan] == calls


def test_each_caller_draws_for_itself() -> None:
    """A tensor that one caller has half drawn, another draws from the start; paths in a file are kept."""
    plan = replace(PLAN, layout="keras")
    first, second = layouts.tensors(plan)[0], layouts.tensors(plan)[0]
    half = first.draw(0, 6, Workspace())

    assert first._whole is not None
    assert second._whole is None
    assert whole(A).T.ravel().tolist() == [*half, *drawn(first, 12).ravel()[6:]]
    assert whole(A).T.tolist() == drawn(second, 5).tolist()
    assert first.keras_path == second.keras_path == "layers/dense/vars/0"
