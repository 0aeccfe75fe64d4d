"""How far the computation of a whole array is."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from winitgen.drawing.whole import householder
from winitgen.numeric.partly import computing, share


def test_a_share_while_it_is_computed() -> None:
    """None before and afterwards, also if it fails; of two at once the last is told."""
    assert share() is None
    with suppress(ValueError), computing(4) as done:
        done(1)
        assert 0.25 == share()
        with computing(10) as inner:
            inner(20)
            assert 1.0 == share()
        assert 0.25 == share()
        raise ValueError
    assert share() is None


def test_an_orthogonal_matrix_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each run of columns a larger share, and all at the end."""
    shares: list[Any] = []
    real = np.copyto

    def told(*args: Any, **options: Any) -> None:
        shares.append(share())
        real(*args, **options)

    monkeypatch.setattr(householder, "WIDTH", 16)
    monkeypatch.setattr(householder, "kernels", lambda: None)
    monkeypatch.setattr(np, "copyto", told)
    householder.orthonormalize(np.random.default_rng(0).standard_normal((64, 64)))

    assert 4 == len(shares)
    assert 0.0 == shares[0]
    assert all(one < other < 1 for one, other in pairwise(shares))
    assert share() is None
