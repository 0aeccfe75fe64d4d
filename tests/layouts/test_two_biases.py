"""PyTorch's plain cells and LSTMs draw two biases and add them; other frameworks' cells have their sum."""

from __future__ import annotations

import numpy as np
import pytest

import winitgen

UNITS, INPUTS = 3, 2


def weights(kind: str, layout: str, **defaults: str) -> dict[str, np.ndarray]:
    """Return the tensors of one recurrent layer."""
    layer = {"name": "cell", "type": kind, "units": UNITS}
    return winitgen.generate({"input": [5, INPUTS], "defaults": defaults, "layers": [layer]}, layout=layout)


def last(found: dict[str, np.ndarray], ending: str) -> np.ndarray:
    """Return the one tensor whose name has this ending."""
    (array,) = (array for name, array in found.items() if name.endswith(ending))
    return array


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_both_biases_are_drawn_under_the_preset_of_torch(kind: str) -> None:
    """Both are uniform within 1/sqrt(H), and not the same."""
    found = weights(kind, "torch", preset="torch")

    first, second = found["cell.bias_ih_l0"], found["cell.bias_hh_l0"]
    assert first.tolist() != second.tolist()
    assert all(0 < abs(value) <= UNITS**-0.5 for value in (*first, *second))


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_without_the_preset_the_second_bias_is_zero(kind: str) -> None:
    """What is one bias elsewhere stays one: the second tensor holds zeros."""
    assert [0.0] * weights(kind, "torch")["cell.bias_hh_l0"].size == weights(kind, "torch")[
        "cell.bias_hh_l0"
    ].tolist()


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_the_sum_is_the_same_in_every_layout(kind: str) -> None:
    """One bias of Keras and Flax is the sum of PyTorch's two, gate by gate."""
    torch = weights(kind, "torch", preset="torch")
    expected = torch["cell.bias_ih_l0"] + torch["cell.bias_hh_l0"]

    keras = last(weights(kind, "keras", preset="torch"), "/bias")
    nnx = last(weights(kind, "nnx", preset="torch"), ".bias")
    linen = weights(kind, "flax", preset="torch")
    gates = [linen[name] for name in linen if name.endswith(".bias")]

    assert expected.tolist() == keras.tolist()
    assert expected.tolist() == nnx.tolist()
    assert expected.tolist() == np.concatenate(gates).tolist()


def test_the_report_expects_the_spread_of_a_sum() -> None:
    """Two uniforms of standard deviation 1/sqrt(3 H) have sqrt 2 times that together."""
    spec = {
        "input": [5, 2],
        "defaults": {"preset": "torch"},
        "layers": [{"name": "cell", "type": "lstm", "units": UNITS}],
    }
    from winitgen.api import dry_run

    rows = dry_run(winitgen.plan(spec, layout="keras"))["tensors"]

    (row,) = (row for row in rows if row["name"].endswith("/bias"))
    assert pytest.approx((0.0, (2 / (3 * UNITS)) ** 0.5)) == tuple(row["planned"].values())
