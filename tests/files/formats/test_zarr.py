"""Folders of zarr: arrays of both formats, what is not read of them, and what other programs read otherwise."""

from __future__ import annotations

import math
import os
import random
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.files.formats.zarr_folders import group, second, third
from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr import tensorstore_client, tensorstore_faults, tensorstore_session
from winitgen.files.input import open_weights
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.sandbox.requests import SystemFault

WHOLE = np.random.default_rng(1).standard_normal((7, 4, 5)).astype("<f4")
BRAIN = np.arange(6, dtype="f4").astype(ml_dtypes.bfloat16)


def samples(version: int) -> dict[str, Any]:
    """Return arrays of many number formats, by their paths."""
    found = {
        "w": WHOLE,
        "deep/er/n": np.arange(-3, 9).reshape(3, 4),
        "none": np.zeros((0, 3), "f4"),
        "brain": BRAIN,
        "yes": np.array([True, False, True]),
        "scalar": np.array(2.5),
        "z": np.array([1 + 2j]),
        "eight": np.arange(4).astype(ml_dtypes.float8_e4m3fn),
        "u": np.array([2**64 - 1], "<u8"),
    }
    if version == 2:
        found |= {
            "big": np.arange(6, dtype=">f8").reshape(2, 3),
            "f": WHOLE[0],
            "zeros": np.zeros((40, 3), "<f2"),
        }
    return found | ({"shards": np.arange(48.0).reshape(8, 6)} if version == 3 else {})


def write_samples(folder: Path, version: int) -> dict[str, Any]:
    """Write these arrays into a group, in chunks that their sizes are no multiples of."""
    found = samples(version)
    group(folder, version)
    group(folder / "deep", version)
    group(folder / "deep/er", version)
    for path, values in found.items():
        chunk = [-(-size // 2) or 1 for size in values.shape]
        name = values.dtype.name if values.dtype.isbuiltin == 2 else ""
        if path == "shards":
            third(folder / path, values, [2, 3], shards=[4, 6])
        elif version == 3:
            third(folder / path, values, chunk, name)
        else:
            second(
                folder / path,
                values,
                chunk,
                name,
                order="F" if path == "f" else "C",
                level=int(path in {"w", "zeros"}),
            )
    return found


@pytest.mark.parametrize("version", [2, 3])
def test_any_run_of_any_array(version: int, tmp_path: Path) -> None:
    """Each array has its shape and number format, and any run of its values is that of NumPy."""
    expected = write_samples(tmp_path, version)
    pick = random.Random(version)  # noqa: S311
    with open_weights(tmp_path) as weights:
        assert ("zarr", version) == (weights.format, weights.facts["version"])
        assert ["'brain' is of bfloat16, and 1 more are of such"] == [
            one.text.partition(":")[0] for one in weights.others
        ]
        assert sorted(expected) == [one.name for one in weights.tensors]
        for one in weights.tensors:
            values = expected[one.name]
            assert (values.shape, values.dtype.name, values.nbytes) == (one.shape, one.dtype, one.nbytes)
            for _ in range(4):
                start = pick.randrange(one.size + 1)
                run = one.read(start, pick.randrange(one.size - start + 1))
                assert values.reshape(-1)[start : start + len(run)].tolist() == run.tolist()
                assert values.dtype.newbyteorder("=") == run.dtype


class OpenArray:
    """An array of NumPy, as TensorStore has one; it counts the chunks of each read."""

    def __init__(self, values: Any, chunk: list[int]) -> None:
        self._values = values
        self.chunk_layout = SimpleNamespace(read_chunk=SimpleNamespace(shape=chunk))
        self.dtype = SimpleNamespace(numpy_dtype=values.dtype)
        self.most = 0

    def __getitem__(self, index: tuple[slice, ...]) -> Any:
        chunk = self.chunk_layout.read_chunk.shape
        counts = [-(-one.stop // size) - one.start // size for one, size in zip(index, chunk, strict=True)]
        self.most = max(self.most, math.prod(counts))
        found = SimpleNamespace(result=lambda: self._values[index])
        return SimpleNamespace(read=lambda: found)


@pytest.mark.parametrize("row", [8, 1 << 40])
def test_few_chunks_at_once(row: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No read needs more chunks than may be in memory, and of an array whose chunks are not kept many rows are read at once."""
    monkeypatch.setattr(tensorstore_session, "_KEPT", 64 * 4)
    monkeypatch.setattr(tensorstore_session, "_AT_ONCE", 100)
    session = tensorstore_session.TensorStoreSession("", "", database=False)
    asked = tensorstore_session.AskedArray("w", 2, [*WHOLE.shape], "float32", False, row, 48)
    store = session._store = OpenArray(WHOLE, [3, 2, 2])
    session._asked = asked
    for start, count in ((0, 140), (13, 9), (15, 1), (31, 70)):
        parts = [*session.answer(["values", [*asked], start, count])]
        assert WHOLE.reshape(-1)[start : start + count].tobytes() == b"".join(parts)
    assert 2 == store.most


def test_large_chunks_are_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before chunks of another index of the first axis are read, as all of them together take too much memory."""
    monkeypatch.setattr(tensorstore_session, "_AT_ONCE", 40)
    session = tensorstore_session.TensorStoreSession("", "", database=False)
    opened: list[int] = []

    def reopen(spec: dict[str, Any], number: int) -> OpenArray:
        opened.append(number)
        return OpenArray(WHOLE, [3, 4, 5])

    monkeypatch.setattr(session, "_opened", reopen)
    asked = tensorstore_session.AskedArray("w", 2, [*WHOLE.shape], "float32", False, 240, 240)
    session._library()
    session._store, session._asked = OpenArray(WHOLE, [3, 4, 5]), asked
    for start, count, times in ((0, 60, 0), (20, 41, 1), (60, 60, 1), (0, 140, 4)):
        parts = [*session.answer(["values", [*asked], start, count])]
        assert WHOLE.reshape(-1)[start : start + count].tobytes() == b"".join(parts)
        assert times == len(opened)


def test_damage_is_of_one_array(tmp_path: Path) -> None:
    """An array with a damaged chunk, or with metadata that TensorStore refuses, does not hide the others."""
    group(tmp_path, 2)
    for name in ("a", "b", "c"):
        second(
            tmp_path / name,
            WHOLE[0],
            [2, 5],
            level=1,
            **({"dimension_separator": "?"} if name == "b" else {}),
        )
    (tmp_path / "a/0.0").write_bytes(b"damaged")
    (tmp_path / "c/0.0").unlink()
    with open_weights(tmp_path) as weights:
        told = []
        for one in weights.tensors[:2]:
            with pytest.raises(DamagedValuesError) as caught:
                one.read(0, 20)
            told.append((str(caught.value), caught.value.why))
        assert [
            (
                f"{tmp_path}: TensorStore cannot read the values of 'a'; they are damaged",
                "it is damaged, so that TensorStore cannot read its values",
            ),
            (
                f"{tmp_path}: TensorStore does not open 'b'",
                "TensorStore does not open an array with its metadata",
            ),
        ] == told
        filled = np.concatenate([np.zeros((2, 5), "f4"), WHOLE[0][2:]])
        assert filled.reshape(-1).tolist() == weights.tensors[2].read(0, 20).tolist()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says which processes were started")
def test_a_crash_is_of_one_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the process ends while an array is read, the next one is read in another; after a few there is none."""
    monkeypatch.setattr(tensorstore_client, "_MOST_CRASHES", 1)
    second(tmp_path, WHOLE[0], [2, 5])
    told = []
    with open_weights(tmp_path) as weights:
        (one,) = weights.tensors
        for number in range(3):
            found = one.read(0, 20) if number < 2 else None
            assert found is None or WHOLE[0].reshape(-1).tolist() == found.tolist()
            child = next(path for path in Path("/proc/self/task").glob("*/children")).read_text().split()
            for process in child if number < 2 else ():
                if b"tensorstore_process" in Path(f"/proc/{process}/cmdline").read_bytes():
                    os.kill(int(process), signal.SIGSEGV)
            with pytest.raises(DamagedValuesError) as caught:
                one.read(0, 20)
            told.append(str(caught.value))
    crash = f"{tmp_path} cannot be read: TensorStore crashes on it, as it is damaged or needs more memory than is given to what may be hostile"

    assert [crash, crash, crash] == told


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("UNKNOWN: Error reading local file: Input/output error [os_error_code='5']", SystemFault),
        ("UNKNOWN: Failed to open: Too many levels of symbolic links [os_error_code='40']", UnreadableError),
        ("FAILED_PRECONDITION: Not enough data: expected at least 8", UnreadableError),
    ],
)
def test_a_fault_of_the_system_is_no_damage(text: str, kind: type[Exception]) -> None:
    """What TensorStore says is told as a fault of the system if it has the number of one, but not of a file that is missing."""
    with pytest.raises(kind), tensorstore_faults.of_folder("folder is damaged"):
        raise ValueError(text)
