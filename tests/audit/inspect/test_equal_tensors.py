"""Equal tensors are named, while all values are read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import winitgen
from winitgen.audit.inspect.equal_tensors import ROW, digest_of
from winitgen.files.input import stored_array
from winitgen.numeric.scratch import Workspace
from winitgen.report.inspect_foot import equal_lines


def values(*shape: int, dtype: Any = np.float32) -> np.ndarray:
    """Return random values."""
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(dtype)


def equal(tmp_path: Path, **options: Any) -> Any:
    """Return what inspect says of the saved file."""
    return winitgen.inspect(tmp_path / "w.safetensors", **options)["equal"]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, ml_dtypes.bfloat16, np.int8])
@pytest.mark.parametrize("shape", [(5,), (3, 7), (700, 1200)])
def test_equal_bits_in_every_format(dtype: Any, shape: tuple[int, ...], tmp_path: Path) -> None:
    """Tensors of one shape and format with the same bits are one group, in the order of the file."""
    a, b = (values(*shape, dtype=np.float32) * 40).astype(dtype), (values(*shape) * 41).astype(dtype)
    other = a.copy()
    other.reshape(-1)[-1] = a.reshape(-1)[0]
    save_file({"a": a, "b": b, "c": a, "d": other, "e": b, "f": a, "g": a[..., :-1].copy()}, tmp_path / "w.safetensors")  # fmt: skip

    assert [["a", "c", "f"], ["b", "e"]] == sorted(equal(tmp_path))


def test_one_value_and_other_shapes_are_no_copies(tmp_path: Path) -> None:
    """Zeros and ones are not named, nor equal bits in another shape, format or order."""
    a = values(40, 30)
    save_file(
        {
            "zeros": np.zeros(9, np.float32),
            "others": np.zeros(9, np.float32),
            "a": a,
            "flat": a.reshape(-1),
            "bits": a.view(np.int32),
            "turned": np.ascontiguousarray(a.T).reshape(40, 30),
            "negative": -a,
        },
        tmp_path / "w.safetensors",
    )

    assert [] == equal(tmp_path)


@pytest.mark.parametrize("options", [{"header": True}, {"tensor": "a"}])
def test_nothing_is_said_of_what_is_not_read(options: dict[str, Any], tmp_path: Path) -> None:
    """The header alone, or one tensor, tells nothing."""
    save_file({"a": values(4), "b": values(4)}, tmp_path / "w.safetensors")

    assert equal(tmp_path, **options) is None


def test_every_change_of_bits_is_another_digest() -> None:
    """One bit, two signs that cancel, and rows in another order are seen, in whole rows and in the rest."""
    original = values(3 * ROW + 5, 2)
    changes = []
    for first, second in ((1, 3), (1, 1 + 4 * ROW), (0, 2), (6 * ROW + 1, 6 * ROW + 3)):
        changed = original.reshape(-1).copy()
        changed[[first, second]] *= -1
        changes.append(changed)
    for bit in (0, 31, 32, 63):
        words = original.reshape(-1)[: 2 * ROW].copy().view(np.uint64)
        words[7] ^= np.uint64(1 << bit)
        changes.append(np.concatenate([words.view(np.float32), original.reshape(-1)[2 * ROW :]]))
    changes.append(np.roll(original.reshape(-1), 2 * ROW))
    digests = {digest_of(one, Workspace()) for one in [original.reshape(-1), *changes]}

    assert len(changes) + 1 == len(digests)
    assert digest_of(original.reshape(-1), Workspace()) in digests


def test_values_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every element is read exactly once."""
    a = values(900, 1000)
    save_file({"a": a, "b": a}, tmp_path / "w.safetensors")
    seen = []
    read = stored_array.StoredArray.read

    def counting(self: Any, start: int, count: int) -> np.ndarray:
        seen.append(count)
        return read(self, start, count)

    monkeypatch.setattr(stored_array.StoredArray, "read", counting)
    assert [["a", "b"]] == equal(tmp_path, threads=2)
    assert 2 * a.size == sum(seen)


def test_many_groups_are_told_in_few_lines() -> None:
    """At most ten groups of four names are shown."""
    groups = [[f"{letter}{number}" for number in range(6)] for letter in "abcdefghijklm"]
    lines = list(equal_lines(groups))

    assert "a0 = a1 = a2 = a3 = 2 more" == lines[0]
    assert (11, "and 3 more groups of equal tensors") == (len(lines), lines[-1])
    assert ["head = table"] == list(equal_lines([["head", "table"]]))
