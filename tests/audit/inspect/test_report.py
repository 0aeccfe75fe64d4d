"""The report of `winitgen.inspect` on files from other libraries, against NumPy and by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit import blocks

RNG = np.random.default_rng(5)


def of(tmp_path: Path, array: np.ndarray, **options: Any) -> dict[str, Any]:
    """Return the entry of one array, stored by the safetensors library."""
    save_file({"w": array}, tmp_path / "w.safetensors")
    (entry,) = winitgen.inspect(tmp_path / "w.safetensors", **options)["tensors"]
    return entry


def statistics(tmp_path: Path, array: np.ndarray) -> dict[str, Any]:
    """Return the statistics of an array."""
    return of(tmp_path, array)["statistics"]


FORMATS = ["float16", "float32", "float64", "bfloat16", "float8_e4m3fn", "float8_e5m2", "int8", "uint8"]
FORMATS += ["int16", "uint16", "int32", "int64"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [7, 300_001], ids=["few", "many"])
def test_every_number_format_agrees_with_numpy(tmp_path: Path, name: str, size: int) -> None:
    """The statistics are right for a few values, for several blocks, and for counted bit patterns."""
    dtype = np.dtype(getattr(ml_dtypes, name, name))
    array = (RNG.standard_normal(size) * 20 + 30).astype(dtype)
    array[3] = 0
    wide = array.astype(np.float64)
    found = statistics(tmp_path, array)

    assert pytest.approx([wide.mean(), wide.std()], rel=1e-6) == [found["mean"], found["std"]]
    assert [wide.min(), wide.max()] == [found["min"], found["max"]]
    assert [size, np.count_nonzero(wide == 0), 0, 0] == [
        *(found[key] for key in ("finite", "zeros", "nan", "infinite"))
    ]
    bins = found["histogram"]
    edges = np.linspace(bins["low"], bins["high"], len(bins["counts"]) + 1)
    assert 32 < len(bins["counts"]) <= 64 or size == 7
    np.testing.assert_array_equal(np.histogram(wide, edges)[0], bins["counts"])


def test_values_that_are_not_finite_are_counted_and_left_out(tmp_path: Path) -> None:
    """Two NaN and three infinities are counted apart from 1, 2, 3 and -0."""
    array = np.array([1, np.nan, np.inf, 2, -np.inf, 3, -0.0, np.nan, np.inf], np.float32)
    found = statistics(tmp_path, array)

    assert (4, 1, 2, 3) == tuple(found[key] for key in ("finite", "zeros", "nan", "infinite"))
    assert (1.5, 1.118034, 0, 3) == tuple(found[key] for key in ("mean", "std", "min", "max"))


@pytest.mark.parametrize("size", [3, 200_000])
def test_nothing_but_nan(tmp_path: Path, size: int) -> None:
    """Without finite values there is no mean, and JSON shows null."""
    for dtype in (np.float32, np.float16):
        found = statistics(tmp_path, np.full(size, np.nan, dtype))

        assert size == found["nan"]
        assert [None] * 5 == [found[key] for key in ("mean", "std", "min", "max", "histogram")]


def test_values_whose_squares_overflow(tmp_path: Path) -> None:
    """1e300 and 3e300 have mean 2e300 and std 1e300; so for both ends of float64 and tiny values."""
    found = statistics(tmp_path, np.array([1e300, 3e300]))
    ends = statistics(tmp_path, np.array([-1.7e308, 1.7e308] * 1000))
    small = statistics(tmp_path, np.array([1e-300, 3e-300]))

    assert (2e300, 1e300) == (found["mean"], found["std"])
    assert (0, 1.7e308) == (ends["mean"], ends["std"])
    assert (2e-300, 1e-300) == (small["mean"], small["std"])


def test_small_spread_on_a_large_mean(tmp_path: Path) -> None:
    """10**8 and 10**8 + 1, alternating over several blocks, have a std of 1/2."""
    found = statistics(tmp_path, np.tile([1e8, 1e8 + 1], 300_000))

    assert (100_000_000.5, 0.5) == pytest.approx((found["mean"], found["std"]), rel=1e-7)


def test_equal_values_have_no_spread_and_one_bar(tmp_path: Path) -> None:
    """The mean of many values of 0.1 is exactly 0.1."""
    found = statistics(tmp_path, np.full(700_000, 0.1))

    assert (0.1, 0.0) == (found["mean"], found["std"])
    assert {"low": 0.1, "high": 0.1, "counts": [700_000]} == found["histogram"]


def test_shapes_without_elements_and_without_axes(tmp_path: Path) -> None:
    """An array of no values has no statistics; a scalar is one value."""
    none, scalar = statistics(tmp_path, np.zeros((0, 4))), of(tmp_path, np.array(2.5))

    assert (0, None, None) == (none["finite"], none["mean"], none["histogram"])
    assert ([], 1, 2.5) == (scalar["shape"], scalar["elements"], scalar["statistics"]["mean"])


def test_extremes_of_whole_numbers_are_exact(tmp_path: Path) -> None:
    """The extremes of integers are not rounded to the 53 bits of float64."""
    found = statistics(tmp_path, np.array([2**62 + 1, -(2**62) - 3]))

    assert (-(2**62) - 3, 2**62 + 1) == (found["min"], found["max"])


def test_truth_values_and_complex_ones(tmp_path: Path) -> None:
    """True counts as 1; of complex numbers 1 + 3i and 5 + 7i the mean is 3 + 5i, at a distance of sqrt(8) from both."""
    truth = statistics(tmp_path, np.array([True, False, True, True]))
    found = statistics(tmp_path, np.array([1 + 3j, 5 + 7j], np.complex64))

    assert (0.75, 0, 1, 1) == tuple(truth[key] for key in ("mean", "min", "max", "zeros"))
    assert ("values", "modulus") == (truth["of"], found["of"])
    assert (2, [3.0, 5.0], 2.828427) == tuple(found[key] for key in ("finite", "mean", "std"))
    assert (10**0.5, 74**0.5) == (found["min"], found["max"])


def test_threads_and_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean and std agree to 7 digits, and everything else exactly."""
    save_file({"a": RNG.standard_normal(3_000_000), "b": RNG.random(70_000)}, tmp_path / "w.safetensors")
    first = winitgen.inspect(tmp_path / "w.safetensors", threads=1)
    monkeypatch.setattr(blocks, "BLOCK", 77_777)

    assert first == winitgen.inspect(tmp_path / "w.safetensors", threads=7)


def test_one_tensor_in_detail(tmp_path: Path) -> None:
    """A single tensor has more bins and its first values, as text if JSON cannot hold them."""
    array = np.arange(1000, dtype=np.float32)
    array[1] = np.nan
    entry = of(tmp_path, array, tensor="w")

    assert [0.0, "nan", 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] == entry["first"]
    assert 250 == len(entry["statistics"]["histogram"]["counts"])
    json.dumps(entry, allow_nan=False)


def test_an_unknown_tensor_is_refused(tmp_path: Path) -> None:
    """The message suggests the nearest name."""
    save_file({"fc1.weight": np.ones(2)}, tmp_path / "w.safetensors")
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.inspect(tmp_path / "w.safetensors", tensor="fc1.wieght")

    message = f"{tmp_path}/w.safetensors has no tensor 'fc1.wieght'; did you mean 'fc1.weight'?"
    assert message == str(caught.value)


def test_where_the_values_came_from(tmp_path: Path) -> None:
    """The report has the recipe in the file, if it is valid."""
    spec = {"model": "m", "input": 3, "layers": [{"name": "fc", "type": "dense", "units": 4}]}
    winitgen.write(spec, tmp_path / "w.safetensors", seed=7)
    origin = winitgen.inspect(tmp_path / "w.safetensors", header=True)["provenance"]
    save_file({"w": np.ones(2)}, tmp_path / "f.safetensors", {"winitgen": '{"seed": NaN, "spec": 3}'})
    save_file({"w": np.ones(2)}, tmp_path / "h.safetensors", {"winitgen": '{"sha256": "ab"}'})

    assert ("whole", "m", 7, "float32", "torch", 1) == tuple(
        origin[key] for key in ("recipe", "model", "seed", "dtype", "layout", "stream")
    )
    assert winitgen.inspect(tmp_path / "f.safetensors")["provenance"] is None
    hashed = winitgen.inspect(tmp_path / "h.safetensors")["provenance"]
    assert ("hash", "ab", None) == (hashed["recipe"], hashed["sha256"], hashed["seed"])


def test_the_header_of_a_hundred_gigabytes(tmp_path: Path) -> None:
    """No value of a sparse file of a thousand tensors of 10**8 bytes is read, which would take minutes."""
    entries = {
        f"t{i}": {"dtype": "F32", "shape": [25_000_000], "data_offsets": [i * 10**8, (i + 1) * 10**8]}
        for i in range(1000)
    }
    text = json.dumps(entries).encode()
    with open(tmp_path / "w.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + 10**11)
    report = winitgen.inspect(tmp_path / "w.safetensors", header=True)

    assert {"tensors": 1000, "elements": 25 * 10**9, "bytes": 10**11} == report["totals"]
    assert {None} == {entry["statistics"] for entry in report["tensors"]}


def test_values_that_are_no_numbers_are_shown_with_the_reason(tmp_path: Path) -> None:
    """Text has a shape and a size, and no figures; the other tensors have theirs."""
    np.savez(tmp_path / "w.npz", t=np.array([["ab", "c"]]), w=np.float32([1.0, 4.0]))
    text, number = winitgen.inspect(tmp_path / "w.npz")["tensors"]

    assert ("str64", [1, 2], 2, 16, None) == tuple(
        text[key] for key in ("dtype", "shape", "elements", "bytes", "statistics")
    )
    assert "its values are text, not numbers" == text["unread"]
    assert (None, 2.5) == (number["unread"], number["statistics"]["mean"])
