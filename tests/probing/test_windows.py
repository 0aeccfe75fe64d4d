"""Correlation, its adjoint, and how the work is divided into blocks."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import numpy as np
import pytest

from winitgen.numeric.workers import Workers
from winitgen.probing.operations import windows
from winitgen.probing.operations.columns import blocks
from winitgen.probing.operations.windows import correlate, spread
from winitgen.probing.spans import Slide

LINE = Slide((3,), (2,), (1,), (1,), (3,))
"""Three taps at every other pixel of a line of 5, padded by one."""


def test_correlate_by_hand() -> None:
    """Windows at -1, 1 and 3 of a line, with two input channels, one filter and a bias."""
    line = np.array([[[1.0, 2, 3, 4, 5], [10, 20, 30, 40, 50]]])
    kernel = np.array([[[1.0, 2, 3], [0, 1, 0]]])

    # 2 * 1 + 3 * 2 + 10, 2 + 2 * 3 + 3 * 4 + 30, 4 + 2 * 5 + 50, each + 0.5
    assert [[[18.5, 50.5, 64.5]]] == correlate(line, kernel, LINE, Workers(), np.array([0.5])).tolist()


def test_spread_by_hand() -> None:
    """Each value adds a scaled kernel around its pixel; taps beyond the ends are dropped."""
    values = np.array([[[1.0, 10, 100]]])
    kernel = np.array([[[1.0, 2, 3], [0, 1, 0]]])

    assert [[[2, 3 + 10, 20, 30 + 100, 200], [1, 0, 10, 0, 100]]] == spread(
        values, kernel, LINE, (5,), Workers()
    ).tolist()


def test_the_order_of_taps() -> None:
    """On two axes with different strides and dilation, tap (t, u) is at the pixel that `Slide` documents."""
    image = np.arange(7 * 9.0).reshape(1, 1, 7, 9)
    slide = Slide((2, 3), (3, 1), (2, 4), (1, 2), (3, 5))
    padded = np.pad(image[0, 0], 9)
    for t, u in product(range(2), range(3)):
        kernel = np.zeros((1, 1, 2, 3))
        kernel[0, 0, t, u] = 1
        expected = [[padded[9 + 3 * j + 2 * t - 1, 9 + k + 4 * u - 2] for k in range(5)] for j in range(3)]

        assert expected == correlate(image, kernel, slide, Workers())[0, 0].tolist()


def geometries(seed: int, count: int) -> list[tuple[tuple[int, ...], Slide]]:
    """Return image sizes and windows of any kind, including windows that miss the image."""
    draw = random.Random(seed)  # noqa: S311 - shapes, not secrets
    found = []
    for _ in range(count):
        rank = draw.randint(1, 3)
        columns = ((1, 7), (1, 4), (1, 4), (1, 3), (0, 5), (1, 5))
        spatial, *numbers = (tuple(draw.randint(*ends) for _ in range(rank)) for ends in columns)
        found.append((spatial, Slide(*numbers)))
    return found


@pytest.mark.parametrize("room", [64, 3000, 2**22])
def test_spread_is_the_adjoint_of_correlate(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """<correlate(x), y> = <x, spread(y)> for 150 geometries, for any block size."""
    monkeypatch.setattr(windows, "ROOM", room)
    values, differing = np.random.default_rng(0), []
    with Workers(2) as workers:
        for index, (spatial, slide) in enumerate(geometries(seed=room, count=150)):
            groups, filters, channels = 1 + index % 3, 1 + index % 4, 1 + index % 5
            x = values.normal(size=(3, groups * channels, *spatial))
            y = values.normal(size=(3, groups * filters, *slide.counts))
            kernel = values.normal(size=(groups * filters, channels, *slide.size))
            there = np.vdot(correlate(x, kernel, slide, workers, groups=groups), y)
            back = np.vdot(x, spread(y, kernel, slide, spatial, workers, groups=groups))
            if there != pytest.approx(back, rel=1e-9, abs=1e-9):
                differing.append((spatial, slide, there, back))

    assert [] == differing


@pytest.mark.parametrize("room", [5, 40, 300, 10**6])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_blocks_cover_all_once(room: int, threads: int) -> None:
    """Each sample, group and position is in exactly one block, and no block exceeds ``room``."""
    sizes, column = (3, 2, 4, 5, 6), 2
    with Workers(threads) as workers:
        cut = blocks(sizes, column, room, workers)
    ranges = [
        [range(run.start, run.stop) for run in (block.samples, block.groups, *block.positions)]
        for block in cut
    ]
    covered = Counter(index for runs in ranges for index in product(*runs))

    assert dict.fromkeys(product(*map(range, sizes)), 1) == covered
    assert len(cut) >= threads
    assert room >= max(column * len(list(product(*runs))) for runs in ranges)


def test_a_single_sample_is_shared_by_threads() -> None:
    """One image with one group is divided along its rows."""
    with Workers(2) as workers:
        assert 2 == len(blocks((1, 1, 8, 8), 9, 10**6, workers))
