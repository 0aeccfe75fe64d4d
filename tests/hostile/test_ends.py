"""The ends of the arithmetic: no exception, no warning, no number that JSON does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hostile.ends import check, specs

PARTS, STEP = 4, 400


def chosen() -> list[dict[str, Any]]:
    """Return a layer-spec for each set of options that a scheme is given, and every 400th of all."""
    every = list(specs())
    sets: dict[tuple[str, ...], list[int]] = {}
    for number, spec in enumerate(every):
        init = spec["layers"][0]["init"]
        sets.setdefault((init["scheme"], *sorted(init)), []).append(number)
    turns = [found[7 * turn % len(found)] for turn, found in enumerate(sets.values())]
    return [every[number] for number in sorted({*turns, *range(0, len(every), STEP)})]


def test_the_cases_are_many() -> None:
    """Every scheme with every option at its ends, in layers of six kinds."""
    assert 10_000 <= sum(1 for _ in specs())


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_slice_of_the_ends(tmp_path: Path, part: int) -> None:
    """Layer-specs are planned, drawn, looked at, compared, verified and probed; or refused in one line."""
    outcomes = [check(spec, tmp_path) for spec in chosen()[part::PARTS]]

    assert {"done", "refused"} == set(outcomes)


CASES = {
    "listed": {"scheme": "listed", "values": [1e200, -1e200]},
    "truncated": {"scheme": "truncated_normal", "mean": 1e155},
    "mamba2": {"scheme": "mamba2_a_log", "high": 1e39},
    "small mamba2": {"scheme": "mamba2_a_log", "low": 0, "high": 1e-60},
    "gain of 0": {"scheme": "auto", "gain": 0},
    "normal": {"scheme": "normal", "std": 1e155},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_some_ends(tmp_path: Path, case: str, dtype: str) -> None:
    """Values whose squares, sums or neighbours float64 or float32 does not have."""
    layer = {"name": "l", "type": "param", "shape": [6], "init": CASES[case]}

    assert check({"dtype": dtype, "layers": [layer]}, tmp_path) in ("done", "refused")


def test_values_beyond_float32_are_drawn_in_units_of_their_own(tmp_path: Path) -> None:
    """The logarithms of numbers up to 1e39, of which float32 has none, are as far below log 1e39 as others."""
    import winitgen

    def drawn(high: float) -> list[float]:
        init = {"scheme": "mamba2_a_log", "low": 0, "high": high}
        layers = [{"name": "l", "type": "param", "shape": [1000], "init": init}]
        return winitgen.generate({"layers": layers})["l"].tolist()

    usual, far, near = drawn(1.0), drawn(2.0**130), drawn(2.0**-200)

    assert far == pytest.approx([value + 90.10913347279288 for value in usual], abs=1e-5)
    assert near == pytest.approx([value - 138.62943611198906 for value in usual], abs=2e-5)
