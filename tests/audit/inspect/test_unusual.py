"""What ``inspect`` notes of unusual values: far ones, few ones, and lumps at an end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from tests.audit.statistics import library_samples as draws
from winitgen.report.inspect_foot import foot

BF16 = ml_dtypes.bfloat16


@pytest.fixture
def noted(tmp_path: Path) -> Any:
    """Return a function that returns what is unusual about a tensor of a file."""

    def noted(values: np.ndarray, **options: Any) -> list[str]:
        save_file({"w": np.ascontiguousarray(values)}, tmp_path / "w.safetensors")
        found = winitgen.inspect(tmp_path / "w.safetensors", **options)["unusual"]
        assert all(one["tensor"] == "w" for one in found)
        return [one["what"] for one in found]

    return noted


def normals(count: int, dtype: Any = np.float32, std: float = 0.02) -> np.ndarray:
    """Return normals of any number format."""
    return (np.random.default_rng(4).standard_normal(count) * std).astype(dtype)


def test_a_weight_far_from_the_others(noted: Any) -> None:
    """One of a tensor's weights is -2, 100 standard deviations away; the bins of the histogram are 1/16 wide.

    The others fill the two bins beside 0: their deviation is read as 1/16, and their centre as that of the median's bin.
    """
    values = normals(600_000)
    values[5] = -2
    centre = 1 / 32 if np.median(values) > 0 else -1 / 32

    (line,) = noted(values)
    assert (
        f"1 of 600,000 values is -2, at least {int((2 + centre) * 16)} standard deviations from the others"
        == line
    )
    (line,) = noted(-values)
    assert (
        f"1 of 600,000 values is 2, at least {int((2 + centre) * 16)} standard deviations from the others"
        == line
    )


def test_several_far_values(noted: Any) -> None:
    """Those on each side have a clause; where they differ, their ends are given, to the bin."""
    values = normals(5_000, np.float64)
    values[:3], values[3:5] = -2.0, [1.0, 1.5]
    centre = 1 / 32 if np.median(values) > 0 else -1 / 32

    assert [
        f"3 of 5,000 values lie from -2 to -1.938, at least {int((31 / 16 + centre) * 16)} standard deviations from the others",
        f"2 of 5,000 values lie from 1 to 1.5, at least {int((1 - centre) * 16)} standard deviations from the others",
    ] == noted(values)
    assert noted(values, tensor="w") != []
    assert [] == noted(values, header=True)


def test_far_values_in_two_bytes(noted: Any) -> None:
    """Of larger tensors every number is counted: one in 512 of timm's weights is -2."""
    values = draws.timm_normal(np.random.default_rng(1), 1 << 17, 0.02)
    count = int((values.astype(np.float32) == -2).sum())

    (line,) = noted(values)
    match = re.fullmatch(
        r"(\d+) of 131,072 values are -2, at least (\d+) standard deviations from the others", line
    )
    assert match is not None
    assert (count, pytest.approx(100, abs=1.5)) == (int(match[1]), int(match[2]))
    assert 220 < count < 300


def test_what_is_not_far(noted: Any) -> None:
    """A normal of any size, a long tail, a sparse tensor, a small one, and whole numbers have none."""
    rng = np.random.default_rng(2)
    sparse = np.zeros(5_000, np.float32)
    sparse[:10] = 1.0
    small = normals(999)
    small[3] = -2.0
    many = normals(5_000)
    many[:20] = -2.0
    tail = rng.standard_t(6, 100_000).astype(np.float32)
    near = normals(5_000, std=1.0)
    near[9] = 7.0
    whole = np.arange(5_000)
    whole[7] = 10**9
    unusual = [
        noted(values)
        for values in (normals(1 << 18), normals(1 << 18, BF16), sparse, small, many, tail, near, whole)
    ]

    assert [[]] * 8 == unusual


def test_few_values(noted: Any) -> None:
    """128 numbers are as equally frequent as 7 random bits make them, or they are not."""
    values = draws.jax_normal(np.random.default_rng(1), 1 << 17, 0.02)
    again = values.copy()
    again[: 1 << 12] = again[0]
    tenth = (np.random.default_rng(1).integers(0, 1024, 1 << 17) / 1024).astype(np.float16)

    assert [
        "128 different values, equally frequent: from 7 random bits, as JAX and TensorFlow draw bfloat16"
    ] == noted(values)
    assert [
        "1,024 different values, equally frequent: from 10 random bits, as JAX and TensorFlow draw float16"
    ] == noted(tenth)
    assert [] == noted(again)
    assert [] == noted(values[:-1])  # too few to be counted number by number


def test_a_lump_at_an_end(noted: Any) -> None:
    """Clipped values stand at the ends; rounded ones do not."""
    values = normals(1 << 18, BF16, 1.0)
    clipped = np.clip(values.astype(np.float32), -1.5, 1.25).astype(BF16)
    low, high = (int((clipped.astype(np.float32) == end).sum()) for end in (-1.5, 1.25))
    usual = [
        np.mean([(clipped.view(np.uint16) == end.view(np.uint16) - step).sum() for step in range(1, 9)])
        for end in (BF16(-1.5), BF16(1.25))
    ]

    assert [
        f"{low:,} of 262,144 values are -1.5, the smallest: {low / usual[0]:.0f} times as many as of the next numbers",
        f"{high:,} of 262,144 values are 1.25, the largest: {high / usual[1]:.0f} times as many as of the next numbers",
    ] == noted(clipped)
    assert [] == noted(np.maximum(values.astype(np.float32), 0).astype(BF16))


def test_the_lines_below_the_table(tmp_path: Path) -> None:
    """A note names the tensor; of more than ten notes the rest are counted."""
    values = normals(2_000)
    values[5] = -2
    save_file({f"w{number:02}": values + number / 1e6 for number in range(12)}, tmp_path / "w.safetensors")

    below = foot(winitgen.inspect(tmp_path / "w.safetensors"), unread=[], some_complex=False)
    lines = [line for line in below if line.startswith("note: ")]

    centre = 1 / 32 if np.median(values) > 0 else -1 / 32
    count = int((2 + centre) * 16)
    assert (
        f"note: w00: 1 of 2,000 values is -2, at least {count} standard deviations from the others"
        == lines[0]
    )
    assert ("note: and 2 more", 11) == (lines[-1], len(lines))
