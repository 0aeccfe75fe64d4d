"""Every computation over a whole array looks, many times, whether its work is stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from winitgen.drawing import keystream
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole.log_uniform import LogOfUniform
from winitgen.drawing.whole.normed import KernelDraw, KernelLengths, SingularVector
from winitgen.drawing.whole.orthogonal import Orthogonal
from winitgen.drawing.whole.sparse import Sparse
from winitgen.numeric.stopping import WorkStopped, go_on, stoppable

KEY = keystream.key(3, "w/kernel")
KERNEL = KernelDraw(Normal(1.0), KEY, (700, 600), "float32")

LAWS = [
    Orthogonal(1, 700, 600, 1.0),
    Sparse(2, 1500, 1400, 7, True, 1.0, KEY),
    Sparse(2, 1500, 1400, 7, False, 1.0, KEY),
    KernelLengths(KERNEL, 0),
    SingularVector(KERNEL, 0, True, KEY),
    LogOfUniform(1 << 18, 1.0, 16.0, 0.0, 2.8),
]


def looks(law: Any, most: int | None = None) -> int:
    """Return how often a computation looks, stopped at the look of this number."""
    count = 0

    def stopped() -> bool:
        nonlocal count
        count += 1
        return count == most

    with stoppable(stopped):
        law.array(KEY, "float32")
    return count


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_it_can_be_stopped_at_every_look(law: Any) -> None:
    """There are at least a handful of looks at these sizes; at the last of them, too, the work ends."""
    count = looks(law)

    assert count >= 5
    for at in (1, count // 2, count):
        normed_cache_cleared()
        with pytest.raises(WorkStopped):
            looks(law, at)


def normed_cache_cleared() -> None:
    """Forget the singular vectors that the computation before this one has found."""
    from winitgen.drawing.whole import normed

    normed._leading.cache_clear()


def test_chosen_positions_are_those_of_one_sort() -> None:
    """Rows or columns that are sorted some at a time, of matrices with their own words, give the same positions."""
    words = np.empty((2, 1500, 1400), "<u4")
    keystream.words(KEY, 0, words)

    for incoming, axis in ((True, 2), (False, 1)):
        found = Sparse(2, 1500, 1400, 7, incoming, 1.0, KEY).array(KEY, "float32") != 0.0
        bound = np.sort(words, axis=axis).take([6], axis=axis)
        np.testing.assert_array_equal(found, words <= bound)


def test_without_a_work_that_can_be_stopped_it_goes_on() -> None:
    """Nothing is asked for in a thread that has none, nor after its end, nor of the outer work inside an inner one."""
    with stoppable(lambda: True):
        with stoppable(lambda: False):
            go_on()
        with pytest.raises(WorkStopped):
            go_on()
    go_on()
