"""The memory that chunks of HDF5 datasets take while values are read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from winitgen.files.formats.hdf5 import chunked
from winitgen.files.input import open_weights


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    """Return a file with a dataset of 200 MB of chunks, of each of which only one column is inside."""
    shape = (200 << 12, 1)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        dataset = file.create_dataset(
            "w", shape, "f4", maxshape=(None, None), chunks=(1 << 12, 64), compression="gzip"
        )
        dataset[...] = np.arange(shape[0]).reshape(shape)
    return tmp_path / "w.h5"


def test_chunks_that_are_not_read_completely_go(edges: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a chunk that lies outside of the shape does not keep it in memory."""
    monkeypatch.setattr(chunked, "ROOM", 1 << 26)
    with open_weights(edges) as weights:
        array = weights.tensors[0]
        parts = [array.read(start, 1 << 15) for start in range(0, array.size, 1 << 15)]
        sparse = [float(array.read(start, 1)[0]) for start in range(0, array.size, 1 << 12)]

    assert np.array_equal(np.arange(200 << 12, dtype="f4"), np.concatenate(parts))
    assert [*range(0, 200 << 12, 1 << 12)] == sparse


_WITH_LITTLE = """
import sys
from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5 import chunked
from winitgen.files.input import open_weights

chunked.ROOM = 1 << 26
chunked._READ_FIRST = 1.0  # chunks stay
try:
    with open_weights(sys.argv[1]) as weights:
        weights.tensors[0].read(0, weights.tensors[0].size)
except UnreadableError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system reports how much memory is in use")
def test_a_filter_without_memory_is_not_damage(edges: Path) -> None:
    """The library then says only that a filter failed.

    In a process of its own: one that has run other tests may have freed memory at hand, which no limit counts.
    """
    run = subprocess.run(
        [sys.executable, "-c", _WITH_LITTLE, edges], capture_output=True, text=True, check=True
    )

    assert f"{edges} needs more memory or time than is given to a file that may be hostile\n" == run.stdout
