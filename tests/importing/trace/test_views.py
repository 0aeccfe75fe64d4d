"""Which elements of a block of memory a tensor sees."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from winitgen.importing.trace.views import View, box, common, covers, volume

SHAPE = (3, 4, 5)


def view(array: np.ndarray) -> View:  # type: ignore[type-arg]
    """Return an array that NumPy cut out of another one, as a view of that."""
    whole = array
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    start = (array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]) // 8
    return View(1, "float64", 8, start, array.shape, tuple(step // 8 for step in array.strides))


@pytest.mark.parametrize("cut", [*product([slice(None), slice(1, 3), 2], repeat=3)])
def test_slices_are_boxes(cut: tuple[slice | int, ...]) -> None:
    """A slice of neighbours along each axis is that box, in any order of the axes."""
    whole = np.zeros(SHAPE)
    expected = tuple(
        (part, part + 1) if isinstance(part, int) else part.indices(size)[:2]
        for part, size in zip(cut, SHAPE, strict=True)
    )

    assert expected == box(view(whole[(*cut, ...)]), SHAPE)
    assert expected == box(view(whole[(*cut, ...)].T), SHAPE)


def test_reshaped_parts_are_boxes() -> None:
    """Axes that were joined are those of the block; every second column is no box."""
    whole = np.zeros(SHAPE)

    assert ((0, 3), (0, 4), (0, 5)) == box(view(whole.reshape(12, 5)), SHAPE)
    assert ((1, 2), (0, 4), (0, 5)) == box(view(whole.reshape(-1)[20:40]), SHAPE)
    assert box(view(whole[:, :, ::2]), SHAPE) is None
    assert box(view(whole.reshape(-1)[3:9]), SHAPE) is None


def test_boxes_overlap() -> None:
    """What two boxes share is between the later starts and the earlier ends."""
    one, other = ((0, 3), (1, 4)), ((2, 5), (0, 2))

    assert ((2, 3), (1, 2)) == common(one, other)
    assert common(one, ((3, 4), (1, 4))) is None
    assert covers(((0, 5), (0, 9)), one)
    assert not covers(one, other)
    assert 9 == volume(one)
