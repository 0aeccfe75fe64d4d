"""The kernels are used where they fit this code and nobody asked for NumPy."""

from __future__ import annotations

import sys
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.kernel_paths import drawn_by
from winitgen.compiled.kernels import VERSION, kernels, path_name


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put other kernels in the place of the real ones, with what is wrong with them."""

    def use(**wrong: Any) -> None:
        other = SimpleNamespace(**{"VERSION": VERSION, "fuses": lambda a, b, c: False} | wrong)
        monkeypatch.setattr("winitgen.compiled._kernels", other, raising=False)
        monkeypatch.setitem(sys.modules, "winitgen.compiled._kernels", other)

    return use


def test_the_kernels_are_used() -> None:
    """Where they were built, they draw unless NumPy is asked for."""
    with drawn_by("c"):
        assert "c" == path_name()


def test_numpy_is_asked_for() -> None:
    """The variable turns the kernels off."""
    with drawn_by("numpy"):
        assert kernels() is None
        assert "numpy" == path_name()


def test_of_another_version(found: Any) -> None:
    """A library that was built of other sources is not used."""
    found(VERSION=VERSION + 1)

    with drawn_by("c"):
        assert kernels() is None


def test_a_compiler_that_fuses(found: Any) -> None:
    """A library that rounds a b + c only once, as fractions do here, is not used: its bits would differ."""
    found(fuses=lambda a, b, c: float(Fraction(a) * Fraction(b) + Fraction(c)) != a * b + c)

    with drawn_by("c"):
        assert kernels() is None


@pytest.mark.parametrize("size", [1023, 1025, 0])
def test_sizes_are_checked(size: int) -> None:
    """A buffer of another size is refused, and nothing is written beyond it."""
    with drawn_by("c"):
        compiled = kernels()
    assert compiled is not None
    out = np.full(256, 7, np.float32)

    with pytest.raises(ValueError, match=f"^a buffer has {size} bytes, not 1024$"):
        compiled.uniform32(np.zeros(size, np.uint8), out, -1.0, 1.0, 2.0**-31, 0.0)

    assert (out == 7).all()
