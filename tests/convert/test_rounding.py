"""`winitgen.convert --dtype`: each value is rounded once, to nearest even, by exact arithmetic."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import winitgen
from winitgen.files.rounded_tensor import rounded
from winitgen.numeric.dtypes import DTYPES, FLOAT_DTYPES

RNG = np.random.default_rng(3)


def numbers(dtype: str) -> list[Fraction]:
    """Return the finite numbers of a format of at most 16 bits, in order."""
    target = DTYPES[dtype].numpy()
    patterns = np.arange(1 << 8 * target.itemsize).astype(f"u{target.itemsize}").view(target)
    with np.errstate(invalid="ignore"):  # some patterns are signalling NaN
        values = patterns.astype(np.float64)
    return sorted({Fraction(float(value)) for value in values[np.isfinite(values)]})


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz"])
def test_doubles_near_the_middle_of_two_numbers(dtype: str) -> None:
    """A double just beside the middle goes to the nearer number, though float32 cannot tell it from the middle."""
    own = numbers(dtype)
    starts = RNG.integers(1, len(own) - 2, 60)
    for start in starts:
        low, high = own[start], own[start + 1]
        middle = float((low + high) / 2)
        beside = [np.nextafter(middle, -np.inf), np.nextafter(middle, np.inf)]
        found = [Fraction(float(value)) for value in rounded(np.array(beside), dtype)]
        assert [low, high] == found
        even = Fraction(float(rounded(np.array([middle]), dtype)[0]))
        assert even in (low, high)
        bits = np.array([float(even)]).astype(DTYPES[dtype].numpy()).view(f"u{DTYPES[dtype].itemsize}")
        assert 0 == int(bits[0]) % 2


def test_what_conversion_in_two_steps_gets_wrong() -> None:
    """1 + 2^-8 + 2^-40 is above the middle of 1 and 1 + 2^-7; in float32 it is the middle, which goes to 1."""
    value = np.array([1 + 2.0**-8 + 2.0**-40])

    assert 1.0 == float(value.astype(np.float32).astype(ml_dtypes.bfloat16)[0])
    assert 1 + 2.0**-7 == float(rounded(value, "bfloat16")[0])


@pytest.mark.parametrize("dtype", FLOAT_DTYPES)
@pytest.mark.parametrize("source", ["float64", "float32", "float16", "bfloat16"])
def test_all_floats_are_rounded_and_nothing_else(tmp_path: Path, source: str, dtype: str) -> None:
    """Whole numbers and truth values stay; NaN stays NaN, and zeros keep what sign the format has."""
    values = RNG.normal(0, 3, 501).astype(DTYPES[source].numpy())
    values[:3] = [np.nan, 0.0, -0.0]
    save_file({"w": values, "n": np.arange(3), "b": np.array([True])}, tmp_path / "w.safetensors")
    winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.safetensors", dtype=dtype)
    content = (tmp_path / "x.safetensors").read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    entries = json.loads(content[8:begin])
    first, end = entries["w"]["data_offsets"]

    assert [DTYPES[dtype].safetensors, "I64", "BOOL"] == [entries[name]["dtype"] for name in "wnb"]
    wide = np.frombuffer(content[begin:][first:end], DTYPES[dtype].numpy()).astype(np.float64)
    assert np.isnan(wide[0])
    distance = np.abs(wide[1:] - values[1:].astype(np.float64))
    precision = ml_dtypes.finfo(DTYPES[dtype].numpy()).nmant
    bound = np.maximum(np.abs(wide[1:]) * 2.0 ** -(precision + 1), DTYPES[dtype].smallest / 2)
    assert (distance <= bound).all()


@pytest.mark.parametrize(
    ("value", "dtype", "largest"),
    [(65520.0, "float16", "65504"), (1e39, "float32", "3.40282e+38"), (np.inf, "float8_e4m3fn", "448")],
)
def test_what_a_format_cannot_hold_is_refused(tmp_path: Path, value: float, dtype: str, largest: str) -> None:
    """No number becomes infinite or NaN, and no file is left."""
    save_file({"a.w": np.array([1.0, 2.0, value])}, tmp_path / "w.safetensors")
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.npz", dtype=dtype)

    message = f"element 2 of 'a.w' is {value}, which {dtype} cannot hold; its largest number is {largest}"
    assert message == str(error.value)
    assert ["w.safetensors"] == [path.name for path in tmp_path.iterdir()]


NORMED = {
    "input": 64,
    "layers": [
        {"name": "a", "type": "dense", "units": 400, "kernel_norm": "weight_norm"},
        {"name": "b", "type": "dense", "units": 9, "kernel_norm": {"type": "weight_norm", "names": "hooks"}},
        {"name": "c", "type": "dense", "units": 9, "kernel_norm": "spectral_norm"},
        {
            "name": "d",
            "type": "dense",
            "units": 9,
            "kernel_norm": {"type": "spectral_norm", "names": "hooks"},
        },
    ],
}
"""Kernels with each norm, under each of PyTorch's names."""


def test_what_was_computed_from_a_kernel_is_rounded_by_itself(tmp_path: Path) -> None:
    """A note says so: init computes it from the rounded kernel, so that a few lengths have another last bit."""
    source, path, drawn = (tmp_path / f"{name}.safetensors" for name in "abc")
    winitgen.write(NORMED, source)
    winitgen.write(NORMED, drawn, dtype="bfloat16")
    report = winitgen.convert(source, path, dtype="bfloat16").report
    pair = "'a.parametrizations.weight.original0' and 'a.parametrizations.weight.original1', and 3 more such pairs"
    whole, own, other = (load_file(one) for one in (source, path, drawn))

    assert [
        "the recipe is left out, as it does not describe the new file",
        f"{pair} are rounded each by itself, as a module's to() does in PyTorch: only init --dtype computes the first from the rounded second",
    ] == report["notes"]
    assert all((whole[name].astype(own[name].dtype) == own[name]).all() for name in whole)
    assert (own["a.parametrizations.weight.original1"] == other["a.parametrizations.weight.original1"]).all()
    same = float(
        np.mean(own["a.parametrizations.weight.original0"] == other["a.parametrizations.weight.original0"])
    )
    assert 0.9 < same < 1


@pytest.mark.parametrize(
    "change",
    [{}, {"dtype": "float32"}, {"dtype": "float16", "ignore": ["*original0", "*.0._*", "*_g", "*_u"]}],
)
def test_no_pair_is_rounded(tmp_path: Path, change: dict[str, Any]) -> None:
    """Nothing is said of kernels whose norms are as they were, or left out."""
    winitgen.write(NORMED, tmp_path / "w.safetensors")
    notes = winitgen.convert(tmp_path / "w.safetensors", tmp_path / "x.safetensors", **change).report["notes"]

    assert not any("rounded" in note for note in notes)
