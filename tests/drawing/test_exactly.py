"""Caches tell kinds of distribution apart whose numbers are equal, wherever they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.drawing.distributions.axis_blocks import AxisBlocks
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.distributions.uniform import Uniform
from winitgen.drawing.exactly import Exactly
from winitgen.drawing.whole.normed import KernelDraw, KernelLengths

NORMAL = {"scheme": "normal", "std": 0.5, "mean": 1.0}
UNIFORM = {"scheme": "uniform", "low": 0.5, "high": 1.0}


def blocks(init: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter of which one half is drawn and the other zero."""
    whole = {"scheme": "blocks", "sizes": [2, 2], "init": [init, "zeros"]}
    return {"layers": [{"name": "a", "type": "param", "shape": [4, 3], "init": whole}]}


def normed(kind: str, init: dict[str, Any]) -> dict[str, Any]:
    """Return a layer with values that follow from its kernel."""
    return {
        "input": 4,
        "layers": [{"name": "a", "type": "dense", "units": 3, "kernel_norm": kind, "init": init}],
    }


def test_blocks_of_another_kind() -> None:
    """The uniform distribution over 0.5 to 1 does not give the values of the normal with these numbers."""
    assert Normal(0.5, 1.0) == Uniform(0.5, 1.0)
    before = winitgen.generate(blocks(NORMAL))["a"][:2]

    drawn = winitgen.generate(blocks(UNIFORM))["a"][:2]

    assert not (before <= 1.0).all()
    assert (drawn >= 0.5).all()
    assert (drawn <= 1.0).all()


def test_lengths_of_another_kind() -> None:
    """The lengths of a kernel's columns are its own."""
    winitgen.generate(normed("weight_norm", NORMAL))

    found = winitgen.generate(normed("weight_norm", UNIFORM))

    assert (found["a.parametrizations.weight.original1"] >= 0.5).all()
    lengths = np.linalg.norm(found["a.parametrizations.weight.original1"].astype(float), axis=1)
    np.testing.assert_allclose(found["a.parametrizations.weight.original0"].reshape(-1), lengths, rtol=1e-6)


def test_singular_vectors_of_another_kind() -> None:
    """The leading singular vectors of a kernel are its own."""
    winitgen.generate(normed("spectral_norm", NORMAL))

    found = winitgen.generate(normed("spectral_norm", UNIFORM))

    assert (found["a.parametrizations.weight.original"] >= 0.5).all()
    left, _, right = np.linalg.svd(found["a.parametrizations.weight.original"].astype(float))
    for name, vector in (("_u", left[:, 0]), ("_v", right[0])):
        assert abs(np.dot(found[f"a.parametrizations.weight.0.{name}"], vector)) == pytest.approx(
            1.0, abs=1e-6
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Normal(0.5, 1.0), Uniform(0.5, 1.0)),
        (Normal(0.5, 0.0), Normal(0.5, -0.0)),
        ((1, (0,)), (1, (False,))),
        (
            KernelLengths(KernelDraw(Normal(1.0, 2.0), b"", (3, 2), "float32"), 0),
            KernelLengths(KernelDraw(Uniform(1.0, 2.0), b"", (3, 2), "float32"), 0),
        ),
        (AxisBlocks, Normal),
    ],
)
def test_exactly(one: object, other: object) -> None:
    """What is drawn otherwise is not equal, and each is equal to itself."""
    assert Exactly(one) == Exactly(one)
    assert Exactly(one) != Exactly(other)
    assert Exactly(one) != one


def test_what_is_equal_is_found() -> None:
    """Two objects of one kind with equal numbers share what was computed."""
    assert {Exactly(Normal(0.5, 1.0)): 7}[Exactly(Normal(0.5, 1.0))] == 7
