"""Many small tensors are measured together, and what is said of them is what is said of each alone; counted in calls, not in seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

from winitgen.audit import blocks
from winitgen.audit.inspect import measuring
from winitgen.audit.inspect.report import compact_report
from winitgen.audit.inspect.small_summaries import small_summaries
from winitgen.audit.inspect.summary import Summary, summary_of
from winitgen.numeric.scratch import Workspace
from winitgen.report.inspect_table import line, table

FORMATS = ["float16", "bfloat16", "float32", "float64", "longdouble", "float8_e4m3fn", "bool"]
FORMATS += ["int8", "uint8", "int32", "int64", "uint64"]


def samples(name: str, size: int) -> list[np.ndarray]:
    """Return arrays near 0 and far from it, of both signs, with equal values, values that are not finite, and the ends of the format."""
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    rng = np.random.default_rng(3)
    found = []
    for index in range(60):
        values = rng.standard_normal(size) * 10.0 ** rng.integers(-40, 40) * (index % 3 > 0)
        values += (index % 5 == 0) * 1e6
        if index % 7 == 0:
            values[:] = values[0]
        if dtype.kind in "biu":
            found.append(np.clip(values, 0 if dtype.kind == "u" else -(2.0**62), 2.0**62).astype(dtype))
            continue
        if index % 11 == 0 and size > 1:
            values[0] = (np.nan, np.inf, -np.inf, -0.0, 1e300)[index % 5]
        found.append(values.astype(dtype))
    if dtype.kind in "iu":
        found[0][:], found[1][0] = np.iinfo(dtype).min, np.iinfo(dtype).max
    if name == "float64":
        found[0][:], found[1][0], found[2][-1] = 5e-324, -5e-324, -1e308
    return found


def same(one: Summary, two: Summary) -> bool:
    """Tell whether two summaries differ in the last digits of mean and deviation at most."""
    if not two.finite:
        return one == two
    assert one.grid is not None
    assert two.grid is not None
    reach = max(abs(float(two.low)), abs(float(two.high)))
    return (
        (one[:4], repr(one[6:8]), one.grid[:2]) == (two[:4], repr(two[6:8]), two.grid[:2])
        and np.array_equal(one.grid.counts, two.grid.counts)
        and bool(np.isclose(one.mean, two.mean, rtol=1e-12, atol=1e-12 * reach))
        and bool(np.isclose(one.std, two.std, rtol=1e-9, atol=1e-15 * reach))
    )


@pytest.mark.filterwarnings("ignore:.* encountered in cast:RuntimeWarning")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [1, 2, 64, 500])
def test_arrays_together_are_as_each_alone(name: str, size: int) -> None:
    """Counts, extremes and histograms are the same, in every number format and for every kind of values."""
    arrays, scratch = samples(name, size), Workspace()
    with np.errstate(all="ignore"):
        for bins in (64, 256):
            found = small_summaries(arrays, scratch, bins)
            assert all(
                same(one, summary_of(values, scratch, bins))
                for one, values in zip(found, arrays, strict=True)
            )


def test_calls_do_not_grow_with_the_tensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times as many small tensors of one kind are not measured one by one; few of them, or larger ones, are."""
    calls: Counter[str] = Counter()

    def counted(name: str, count: int, size: int) -> int:
        values = np.random.default_rng(1).standard_normal((count, size)).astype(np.float32)
        save_file({f"w{index}": row for index, row in enumerate(values)}, tmp_path / "w.safetensors")
        calls.clear()
        compact_report(str(tmp_path / "w.safetensors"), threads=1)
        return calls[name]

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any) -> Any:
            calls[name] += 1
            return function(*given)

        return wrapped

    monkeypatch.setattr(measuring, "summary_of", counting("alone", summary_of))
    monkeypatch.setattr(measuring, "small_summaries", counting("together", small_summaries))

    assert [0, 0, 3, 4] == [counted("alone", *given) for given in ((40, 8), (400, 512), (3, 8), (4, 513))]
    assert [1, 1] == [counted("together", *given) for given in ((40, 8), (400, 8))]


def test_a_part_of_a_batch_holds_few_arrays() -> None:
    """However small the arrays are, a batch has so many of them that what is found of them fits memory."""

    class Tiny:
        size, nbytes, offset = 1, 4, 0

    found = list(blocks.batches([Tiny()] * 10_000))

    assert [4096, 4096, 1808] == [len(batch) for batch in found]
    assert list(range(10_000)) == [run.array for batch in found for run in batch]


def test_lines_of_histograms() -> None:
    """Of any number of bins each bar has its share, and of equal values there is one bar."""
    for bins in (1, 3, 16, 33, 64, 256):
        counts = [index * index % 7 for index in range(bins - 1)] + [3]
        shares = np.repeat(np.array(counts), 16).reshape(16, bins).sum(axis=1)
        wanted = "".join(" .:"[-(-int(share) * 2 // int(shares.max()))] for share in shares)
        assert wanted == line({"low": 0.0, "high": 1.0, "counts": counts}, " .:")
    assert "        :       " == line({"low": 2.0, "high": 2.0, "counts": [5]}, " .:")


def test_a_table_of_small_tensors(tmp_path: Path) -> None:
    """Tensors of other sizes and formats, some with NaN, each have their own row."""
    arrays: dict[str, np.ndarray] = {
        f"a{index}": np.full(1 + index % 3, index, np.float32) for index in range(30)
    }
    arrays["a5"][0] = np.nan
    arrays |= {f"b{index}": np.arange(4, dtype=np.int16) - index for index in range(6)}
    save_file(arrays, tmp_path / "w.safetensors")
    _, rows = table(compact_report(str(tmp_path / "w.safetensors")), bars=" .:")

    found = {row[0]: row[6:8] for row in rows}
    assert {
        name: [str(int(np.nanmin(one))), str(int(np.nanmax(one)))] for name, one in arrays.items()
    } == found
