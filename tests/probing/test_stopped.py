"""A probe whose work is stopped ends soon: it looks between layers, between the items of its threads, and within large products."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.numeric.stopping import WorkStopped, stoppable
from winitgen.numeric.workers import Workers
from winitgen.probing.layers_passed import LayersPassed
from winitgen.probing.operations import dense
from winitgen.probing.options import probe_by


@pytest.mark.parametrize("threads", [1, 2])
def test_large_products_are_cut(threads: int) -> None:
    """500 samples through 16,384 x 16,384 take ten seconds in one call; each piece is far smaller, and all are there."""
    with Workers(threads) as workers:
        found = dense.pieces(500, 16384, 16384, workers)

    assert all((r.stop - r.start) * (u.stop - u.start) * 16384 <= dense.AT_ONCE for r, u in found)
    seen = np.zeros((500, 16384), np.int8)
    for rows, units in found:
        seen[rows, units] += 1
    assert (seen == 1).all()


def test_small_products_are_not_cut() -> None:
    """One call for each thread."""
    with Workers(2) as workers:
        assert [(slice(0, 250), slice(0, 500)), (slice(250, 500), slice(0, 500))] == dense.pieces(
            500, 500, 784, workers
        )


def test_a_product_in_pieces_is_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where pieces are of one unit, of a transposed kernel, and with a bias."""
    generator = np.random.default_rng(0)
    rows, kernel, bias = (generator.standard_normal(shape) for shape in ((2, 5, 7), (11, 7), (11,)))
    monkeypatch.setattr(dense, "AT_ONCE", 20)

    with Workers(2) as workers:
        forward = dense.affine(rows, kernel, bias, workers)
        back = dense.affine(forward, kernel.T, None, workers)

    np.testing.assert_allclose(forward, rows @ kernel.T + bias, rtol=1e-12)
    np.testing.assert_allclose(back, forward @ kernel, rtol=1e-12)


@pytest.mark.parametrize("threads", [1, 2])
def test_no_piece_begins_once_the_work_is_stopped(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    """Each thread ends the piece that it is at."""
    begun: list[int] = []
    monkeypatch.setattr(dense, "AT_ONCE", 1)
    monkeypatch.setattr(np, "matmul", lambda *_, **__: begun.append(1))

    with (
        stoppable(lambda: len(begun) >= 3),
        pytest.raises(WorkStopped),
        Workers(threads) as workers,
    ):
        dense.affine(np.ones((4, 3)), np.ones((50, 3)), None, workers)

    assert 3 <= len(begun) <= 3 + threads


SPEC: dict[str, Any] = {
    "input": 6,
    "layers": [{"type": "repeat", "times": 5, "name": "b{i}", "layers": [{"type": "dense", "units": 6}]}],
}


@pytest.mark.parametrize("backward", [True, False])
@pytest.mark.parametrize("seeds", [None, 3])
def test_the_share_of_layers_that_are_passed(backward: bool, seeds: int | None) -> None:
    """It grows with each layer, in either direction and with every seed, and ends at all."""
    shares: list[Any] = []

    class Told(LayersPassed):
        def done(self) -> None:
            super().done()
            shares.append(self.share())

    from winitgen.load import read_draft

    probe_by(lambda _: read_draft(SPEC), Told(), samples=3, backward=backward, seeds=seeds, threads=1)

    assert 5 * (1 + backward) * (seeds or 1) == len(shares)
    assert sorted(shares) == shares
    assert (1 / len(shares), 1.0) == (shares[0], shares[-1])


def test_a_probe_stops_between_layers() -> None:
    """No layer begins after the one at which it is stopped."""
    passed: list[int] = []

    class Counted(LayersPassed):
        def done(self) -> None:
            passed.append(1)
            super().done()

    from winitgen.load import read_draft

    with stoppable(lambda: len(passed) >= 2), pytest.raises(WorkStopped):
        probe_by(lambda _: read_draft(SPEC), Counted(), samples=3)

    assert 2 == len(passed)


def test_nothing_is_known_before_the_first_layer() -> None:
    """While a model is planned there is no share."""
    assert LayersPassed().share() is None
    assert winitgen.probe(SPEC, samples=2)["runs"]
