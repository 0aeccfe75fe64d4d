"""Histograms of drawn tensors: counted while the values are drawn, over bins known beforehand."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import winitgen
from winitgen import api
from winitgen.files.output.options import WriteOptions
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.numeric.scratch import Workspace
from winitgen.numeric.statistics import Statistics

LAYERS: list[dict[str, Any]] = [
    {"name": "conv", "type": "conv2d", "filters": 6, "kernel_size": [3, 2], "activation": "relu"},
    {"name": "norm", "type": "batch_norm"},
    {"name": "flat", "type": "flatten"},
    {"name": "fc", "type": "dense", "units": 70, "init": "he_uniform"},
    {"name": "cut", "type": "dense", "units": 50, "init": "lecun_truncated_normal"},
    {"name": "q", "type": "dense", "units": 40, "init": "orthogonal"},
    {
        "name": "s",
        "type": "dense",
        "units": 30,
        "init": {"scheme": "sparse", "nonzeros": 7, "direction": "incoming"},
    },
    {"name": "scale", "type": "param", "shape": [], "init": "ones"},
]
SPEC: dict[str, Any] = {"input": [3, 8, 7], "layers": LAYERS}


def drawn(spec: dict[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """Draw a spec into a file and return the rows of the report by tensor."""
    report = api.write_plan(winitgen.plan(spec), path, WriteOptions(fsync=False, histograms=True)).report
    return {row["name"]: row for row in report["tensors"]}


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
def test_counts_are_those_of_the_arrays(dtype: str, tmp_path: Path) -> None:
    """In every number format every value is counted, those beyond the ends in the outermost bins."""
    spec = {**SPEC, "dtype": dtype}
    rows = drawn(spec, tmp_path / "w.npz")

    for name, array in winitgen.generate(spec).items():
        low, high, counts = rows[name]["histogram"].values()
        assert array.size == sum(counts)
        if low < high:
            values, inner = np.sort(array.astype(np.float64).reshape(-1)), np.linspace(low, high, 65)[1:-1]
            below = np.cumsum(counts)[:-1]
            # A value on the edge of a bin, as many of a narrow format are, may be counted on either side.
            slack = 1e-12 * (high - low)
            assert (np.searchsorted(values, inner - slack) <= below).all()
            assert (below <= np.searchsorted(values, inner + slack)).all()


def test_a_row_of_zeros_is_inside_the_span(tmp_path: Path) -> None:
    """The span includes the zero row of a padding token, though the other values are far from zero."""
    layer = {
        "name": "a",
        "type": "embedding",
        "count": 7,
        "dim": 4,
        "padding_index": 0,
        "init": {"scheme": "uniform", "low": 2, "high": 3},
    }
    histogram = drawn({"input": {"tokens": 5}, "layers": [layer]}, tmp_path / "w.npz")["a.weight"][
        "histogram"
    ]

    assert (0.0, 3.0) == (histogram["low"], histogram["high"])


def test_which_tensors_have_which_density(tmp_path: Path) -> None:
    """Normal, uniform and truncated normal tensors have one; constants and tensors computed as a whole do not."""
    rows = drawn(SPEC, tmp_path / "w.npz")

    kinds = {name: row["density"]["kind"] for name, row in rows.items() if row["density"]}
    expected = {"conv.weight": "normal", "fc.weight": "uniform", "cut.weight": "truncated_normal"}
    assert expected == kinds
    assert "int64" == rows["norm.num_batches_tracked"]["dtype"]
    assert (1, [1]) == (
        rows["scale"]["elements"],
        [count for count in rows["scale"]["histogram"]["counts"] if count],
    )


@pytest.mark.parametrize("init", ["he_normal", "he_uniform", "he_truncated_normal"])
def test_counts_follow_the_density(init: str, tmp_path: Path) -> None:
    """The counts of a quarter of a million values agree with the density."""
    layer = {"name": "fc", "type": "dense", "units": 500, "init": init, "use_bias": False}
    row = drawn({"input": 511, "layers": [layer]}, tmp_path / "w.npz")["fc.weight"]

    density, (low, high, counts) = row["density"], row["histogram"].values()
    std = density.get("std")
    law = {
        "he_normal": lambda: stats.norm(0, std),
        "he_uniform": lambda: stats.uniform(density["low"], density["high"] - density["low"]),
        "he_truncated_normal": lambda: stats.truncnorm(density["low"] / std, density["high"] / std, 0, std),
    }[init]()
    below = law.cdf(np.linspace(low, high, 65))
    below[0], below[-1] = 0.0, 1.0
    expected = np.diff(below) * sum(counts)
    assert stats.chisquare(counts, expected).pvalue > 1e-3


def test_threads_change_no_count() -> None:
    """The sum of the counts of all blocks depends on neither threads nor order."""
    blocks = np.array_split(np.sin(np.arange(50_000.0)), 100)
    many = Statistics(0.0, 1.0, (-1.0, 1.0))

    def see(mine: range) -> None:
        workspace = Workspace()
        for index in mine:
            many.see(500 * index, blocks[index], workspace)

    threads = [threading.Thread(target=see, args=(mine,)) for mine in (range(99, -1, -2), range(98, -1, -2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected, _ = np.histogram(np.concatenate(blocks), 64, (-1.0, 1.0))
    assert expected.tolist() == list(many.histogram().counts)


def test_a_block_is_counted_once() -> None:
    """Blocks counted by a comparison before it stopped are not counted again while writing."""
    statistics, workspace = Statistics(0.0, 1.0, (0.0, 64.0)), Workspace()
    first, second = np.array([1.5, 3.5]), np.array([9.5])
    statistics.see(2, second, workspace)

    for start, block in ((0, first), (2, second), (0, first)):
        statistics.see(start, block, workspace)

    counted = {index: count for index, count in enumerate(statistics.histogram().counts) if count}
    assert {1: 1, 3: 1, 9: 1} == counted


def test_a_file_that_is_up_to_date_has_its_histograms(tmp_path: Path) -> None:
    """The values are drawn for the comparison, and counted once."""
    drawn(SPEC, tmp_path / "w.npz")

    rows = drawn(SPEC, tmp_path / "w.npz")

    assert all(row["elements"] == sum(row["histogram"]["counts"]) for row in rows.values())


def attention(**options: Any) -> dict[str, Any]:
    """Return the spec of one fused attention layer."""
    layer = {"name": "a", "type": "multi_head_attention", "heads": 4, "fused": True, **options}
    return {"input": [5, 32], "layers": [layer]}


def test_a_fused_tensor_has_the_density_that_its_parameters_share(tmp_path: Path) -> None:
    """Query, key and value have the same distribution and are in one tensor."""
    rows = drawn(attention(init={"scheme": "normal", "std": 0.03}), tmp_path / "w.npz")

    assert {"kind": "normal", "mean": 0.0, "std": 0.03} == rows["a.qkv.weight"]["density"]
    assert (3 * 32 * 32, -0.135) == (
        rows["a.qkv.weight"]["elements"],
        rows["a.qkv.weight"]["histogram"]["low"],
    )


def test_a_fused_tensor_of_different_distributions_has_no_density(tmp_path: Path) -> None:
    """The bins cover the widest parameter."""
    rules = [{"match": "a.query/kernel", "init": {"scheme": "uniform", "low": -0.5, "high": 0.25}}]
    spec = {**attention(init={"scheme": "normal", "std": 0.1}), "rules": rules}

    row = drawn(spec, tmp_path / "w.npz")["a.qkv.weight"]

    assert row["density"] is None
    assert pytest.approx((-0.5, 0.45)) == (row["histogram"]["low"], row["histogram"]["high"])


def test_a_sum_of_two_biases_has_no_density(tmp_path: Path) -> None:
    """Two uniform biases are added; all sums are between the sums of their ends."""
    layer = {"name": "cell", "type": "lstm", "units": 3}
    spec = {"input": [5, 2], "layout": "keras", "defaults": {"preset": "torch"}, "layers": [layer]}

    rows = drawn(spec, tmp_path / "w.npz")

    (row,) = (row for name, row in rows.items() if name.endswith("/bias"))
    assert row["density"] is None
    assert pytest.approx((-2 / 3**0.5, 2 / 3**0.5)) == (row["histogram"]["low"], row["histogram"]["high"])


def test_nothing_is_counted_unless_asked(tmp_path: Path) -> None:
    """The keys are present, and their values are None."""
    report = winitgen.write(SPEC, tmp_path / "w.npz").report

    assert {(None, None)} == {(row["histogram"], row["density"]) for row in report["tensors"]}
