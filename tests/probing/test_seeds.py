"""Several seeds: each figure is the mean of single runs, with its spread, and every seed has its verdict."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from typing import Any

import pytest

import winitgen
from winitgen.errors import UsageError
from winitgen.probing import experiment, seeds

SPEC: dict[str, Any] = {
    "seed": 7,
    "input": 30,
    "layers": [
        {"name": "hidden", "type": "dense", "units": 40, "activation": "relu"},
        {"name": "out", "type": "dense", "units": 3, "activation": "tanh"},
    ],
}
Place = tuple[str | int, ...]
NOT_MEANS = {"histogram", "shape", "counts"}


def numbers(values: Any, path: Place = ()) -> Iterator[tuple[Place, float]]:
    """Yield every figure of a part of a report with its path; histograms are those of one seed."""
    if isinstance(values, float):
        yield path, values
    if isinstance(values, list):
        for index, value in enumerate(values):
            yield from numbers(value, (*path, index))
    if isinstance(values, dict):
        for name, value in values.items():
            if name not in NOT_MEANS | {"spread"}:
                yield from numbers(value, (*path, name))


def of(values: Any, path: Place) -> Any:
    """Return what is at a path."""
    for name in path:
        values = values[name]
    return values


@pytest.mark.parametrize("threads", [1, 3])
def test_each_figure_is_the_mean_of_single_runs(threads: int) -> None:
    """In any number of threads: of one layer at a time, of the samples, and of what is compared with the thresholds."""
    report = winitgen.probe(SPEC, samples=20, seeds=4, threads=threads)
    [run] = report["runs"]
    single = [winitgen.probe(SPEC, samples=20, seed=seed)["runs"][0] for seed in (7, 8, 9, 10)]

    assert ([7, 8, 9, 10], 7) == (report["seeds"], report["seed"])
    parts: list[tuple[Any, list[Any], tuple[str, ...]]] = [(run, single, ("sample", "measured"))]
    parts += [(layer, [one["layers"][i] for one in single], ()) for i, layer in enumerate(run["layers"])]
    seen = 0
    for whole, ones, names in parts:
        kept = {name: whole[name] for name in names} if names else whole
        for path, mean in numbers(kept):
            values = [of(one, path) for one in ones]
            assert mean == pytest.approx(statistics.fmean(values), rel=2e-5), path
            if path == ("scatter",):
                continue
            spread = of(whole["spread"], path)
            assert spread["std"] == pytest.approx(statistics.stdev(values), rel=1e-3, abs=1e-6), path
            assert [spread["min"], spread["max"]] == pytest.approx([min(values), max(values)], rel=1e-5), path
            seen += 1
    assert seen > 30


def test_so_is_what_is_told_of_a_deep_network() -> None:
    """Residual streams, the rank, the slopes, the margins, and the step against a loss."""
    hidden = [{"name": f"h{i}", "type": "dense", "units": 8, "activation": "relu"} for i in range(3)]
    block = {"type": "residual", "name": "block", "layers": [{"name": "in", "type": "dense", "units": 8}]}
    spec = {"seed": 7, "input": 8, "layers": [*hidden, block, {"name": "out", "type": "dense", "units": 3}]}
    names = ("margins", "by_layer", "streams", "rank", "step")

    [run] = winitgen.probe(spec, samples=20, seeds=3, loss="mse")["runs"]
    single = [winitgen.probe(spec, samples=20, seed=seed, loss="mse")["runs"][0] for seed in (7, 8, 9)]

    found = dict(numbers({name: run[name] for name in names}))
    assert found == {
        path: pytest.approx(statistics.fmean(of(one, path) for one in single), rel=1e-4) for path in found
    }
    assert {*names} == {path[0] for path in found}
    assert ("step", "parameters", 6, "ratio") in found
    nearest = min(
        run["margins"], key=lambda name: math.inf if run["margins"][name] is None else run["margins"][name]
    )
    assert nearest == run["nearest"]
    ratios = [one["step"]["parameters"][6]["ratio"] for one in single]
    assert run["spread"]["step"]["parameters"][6]["ratio"]["std"] == pytest.approx(
        statistics.stdev(ratios), rel=1e-3
    )


def test_one_seed_has_no_spread() -> None:
    """The report of one seed names it, and has nothing else of several."""
    report = winitgen.probe(SPEC, samples=5)

    assert [7] == report["seeds"]
    assert not {"spread", "by_seed"} & {*report["runs"][0], *report["runs"][0]["layers"][0]}


def test_seeds_one_after_another_and_at_once_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several do not fit into the memory of one probe, its threads share each."""
    together = winitgen.probe(SPEC, samples=20, seeds=3, threads=2)
    monkeypatch.setattr(experiment, "at_once", lambda *_: 1)

    after = winitgen.probe(SPEC, samples=20, seeds=3, threads=2)
    for part, other in zip(together["runs"][0]["layers"], after["runs"][0]["layers"], strict=True):
        found, expected = dict(numbers(part)), dict(numbers(other))
        assert found == pytest.approx(expected, rel=1e-4)  # each sum is in an order of its own


@pytest.mark.parametrize(
    ("count", "threads", "needed", "expected"),
    [(20, 4, 1, 4), (2, 4, 1, 2), (20, 4, 1 << 29, 2), (20, 4, 1 << 31, 1), (20, 1, 0, 1)],
)
def test_memory_bounds_how_many_run_at_once(count: int, threads: int, needed: int, expected: int) -> None:
    """Together they take no more than the gigabyte of one probe."""
    assert expected == seeds.at_once(count, threads, needed)


def unstable() -> dict[str, Any]:
    """Return a network of one narrow path, which saturates with some seeds."""
    layer = {"type": "dense", "units": 2, "activation": "tanh", "init": {"scheme": "normal", "std": 3.0}}
    return {"input": 2, "layers": [{"name": "narrow", **layer}]}


def test_the_verdict_of_each_seed_is_counted() -> None:
    """The most frequent is the run's; the findings are those of any, with how many seeds have them."""
    [run] = winitgen.probe(unstable(), samples=50, seeds=12)["runs"]
    verdicts = [winitgen.probe(unstable(), samples=50, seed=seed)["runs"][0]["verdict"] for seed in range(12)]

    assert verdicts == [one["verdict"] for one in run["by_seed"]]
    assert list(range(12)) == [one["seed"] for one in run["by_seed"]]
    assert {"healthy", "saturating"} == set(verdicts)
    assert run["verdict"] == max(("saturating", "healthy"), key=verdicts.count)
    [finding] = run["findings"]
    first = verdicts.index("saturating")
    assert finding["text"].startswith(
        f"in {verdicts.count('saturating')} of 12 seeds; with seed {first}, for "
    )


def test_with_compared_schemes_and_a_sweep() -> None:
    """Each run has all seeds."""
    report = winitgen.probe(SPEC, samples=5, seeds=2, sweep={"gain": [0.5, 2]})
    compared = winitgen.probe(SPEC, samples=5, seeds=2, compare=["he_normal", "lecun_normal"])

    assert [[7, 8]] * 4 == [
        [one["seed"] for one in run["by_seed"]] for run in report["runs"] + compared["runs"]
    ]
    single = [winitgen.probe(SPEC, samples=5, seed=seed, sweep={"gain": [2]}) for seed in (7, 8)]
    assert report["runs"][1]["layers"][1]["out"]["std"] == pytest.approx(
        statistics.fmean(one["runs"][0]["layers"][1]["out"]["std"] for one in single), rel=1e-5
    )


def test_what_one_seed_does_not_have_has_no_mean() -> None:
    """A value beyond float64 has no mean with others."""
    runs = [
        {
            "verdict": "healthy",
            "findings": [],
            "sample": None,
            "measured": {"signal": signal},
            **{key: {} for key in ("margins", "by_layer", "streams", "attention", "rank", "step")},
            "layers": [{"layer": "a", "units": 3, "pre": {"std": signal, "histogram": None}, "out": None}],
        }
        for signal in (1.0, None)
    ]
    run = seeds.combined(runs, [0, 1])

    assert (None, {"signal": None}) == (run["sample"], run["measured"])
    assert [
        {"layer": "a", "units": 3, "pre": {"std": None, "histogram": None}, "out": None, "spread": None}
    ] == run["layers"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seeds": 1}, "seeds is a whole number from 2 to 1000, not 1"),
        ({"seeds": 1001}, "seeds is a whole number from 2 to 1000, not 1001"),
        ({"seeds": 0}, "seeds is a whole number from 2 to 1000, not 0"),
        ({"seeds": "3"}, "seeds is a whole number from 2 to 1000, not '3'"),
        (
            {"seeds": 3, "seed": 2**64 - 2},
            "3 seeds from 18446744073709551614 on would go beyond 2^64 - 1; start at a smaller seed",
        ),
    ],
)
def test_refusals(given: dict[str, Any], message: str) -> None:
    """Each in one line."""
    with pytest.raises(UsageError) as refused:
        winitgen.probe(SPEC, samples=5, **given)

    assert message == str(refused.value)
