"""Sparse matrices with an exact number of connections (Martens 2010)."""

import numpy as np
import pytest

from tests.drawing.whole.conftest import Kernel
from winitgen.drawing.whole.sparse import Sparse


def layer(direction: str, nonzeros: int, units: int = 50, std: float = 1.0) -> dict[str, object]:
    """Return a dense layer with ``nonzeros`` connections per output or per input."""
    init = {"scheme": "sparse", "nonzeros": nonzeros, "direction": direction, "std": std}
    return {"type": "dense", "units": units, "init": init}


@pytest.mark.parametrize("nonzeros", [1, 15, 30])
def test_incoming(kernel: Kernel, nonzeros: int) -> None:
    """Every unit has exactly ``nonzeros`` inputs."""
    values = kernel(layer("incoming", nonzeros), 30)[1]

    assert {nonzeros} == set(np.count_nonzero(values, axis=1).tolist())


@pytest.mark.parametrize("nonzeros", [1, 15, 50])
def test_outgoing(kernel: Kernel, nonzeros: int) -> None:
    """Every input reaches exactly ``nonzeros`` units."""
    values = kernel(layer("outgoing", nonzeros), 30)[1]

    assert {nonzeros} == set(np.count_nonzero(values, axis=0).tolist())


@pytest.mark.parametrize("direction", ["incoming", "outgoing"])
def test_every_gate(kernel: Kernel, direction: str) -> None:
    """Each gate of a recurrent layer is a separate matrix."""
    init = {"scheme": "sparse", "nonzeros": 3, "direction": direction}
    values = kernel({"type": "lstm", "units": 20, "init": init}, [4, 9])[1]

    assert (4, 20, 9) == values.shape
    assert {3} == set(np.count_nonzero(values, axis=2 if direction == "incoming" else 1).ravel().tolist())


def test_the_other_side_is_random(kernel: Kernel) -> None:
    """Positions are uniform: 100,000 connections reach 200 inputs about equally often."""
    values = kernel(layer("incoming", 20, units=5000), 200)[1]
    counts = np.count_nonzero(values, axis=0)
    # Each input is one of the 20 of 200 with probability 0.1, in 5000 units.
    chi_squared = ((counts - 500) ** 2 / (5000 * 0.1 * 0.9)).sum()

    assert abs(chi_squared - 200) < 4 * (2 * 200) ** 0.5


def test_values_are_normal_with_the_std(kernel: Kernel) -> None:
    """Non-zeros are N(0, std^2); the rest is 0, not -0."""
    parameter, values = kernel(layer("incoming", 20, units=5000, std=0.5), 200)
    drawn = values[values != 0]

    assert pytest.approx(0.5, rel=4 / (2 * len(drawn)) ** 0.5) == drawn.std()
    assert pytest.approx(values.std(), rel=0.02) == parameter.std == pytest.approx(0.5 * 0.1**0.5)
    assert not np.signbit(values[values == 0]).any()


def test_values_are_those_of_a_full_matrix(kernel: Kernel) -> None:
    """Positions come from their own key stream: non-zeros are what a normal scheme would draw there."""
    sparse = kernel(layer("incoming", 4), 30)[1]
    full = kernel({"type": "dense", "units": 50, "init": "normal"}, 30)[1]

    np.testing.assert_array_equal(full[sparse != 0], sparse[sparse != 0])


def test_seeds_choose_other_positions(kernel: Kernel) -> None:
    """Another seed connects other inputs."""
    first, other = (kernel(layer("incoming", 4), 30, seed=seed)[1] for seed in (0, 1))

    assert not np.array_equal(first != 0, other != 0)


@pytest.mark.parametrize("incoming", [True, False])
def test_ties_go_to_the_first(incoming: bool) -> None:
    """Of equal words at the bound those before are chosen; other rows have none, or words of equal size elsewhere."""
    words = np.array([[5, 1, 5, 5], [2, 2, 2, 2], [9, 8, 7, 6], [4, 4, 3, 1]], "<u4")
    expected = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], np.bool_)
    law = Sparse(1, 4, 4, 2, incoming, 1.0)

    found = law._chosen(words) if incoming else law._chosen(words.T).T

    assert expected.tolist() == found.tolist()
