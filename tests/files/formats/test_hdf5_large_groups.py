"""A group of many long names, which are one piece of the file that is read before each of them is found."""

from pathlib import Path

import numpy as np
import pytest

from winitgen.files.formats.hdf5.session import cache_of
from winitgen.files.input import open_weights


@pytest.mark.parametrize(("size", "cached"), [(0, 1 << 20), (5_000_000, 5_000_000), (1 << 40, 1 << 25)])
def test_what_is_kept(size: int, cached: int) -> None:
    """As much as the file can hold of structure, within limits."""
    assert cached == cache_of(size)


def test_many_long_names(tmp_path: Path) -> None:
    """They are listed in a time that grows with their number, not with its square."""
    h5py = pytest.importorskip("h5py")
    names = [f"{'n' * 240}{number:05d}" for number in range(12_000)]
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for name in names:
            file.create_dataset(name, data=np.float32(1.5))
    with open_weights(tmp_path / "w.h5") as weights:
        found = [tensor.name for tensor in weights.tensors]

    assert names == found
