"""HDF5 files of very many datasets: what is asked of the library for each of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from winitgen.files.formats.hdf5 import listing, number_formats
from winitgen.files.formats.hdf5.session import Session

DTYPES = ["<f4", ">f8", "<i2", "|u1"]


def test_little_is_asked_of_each_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number format is looked at once, and how a dataset in one piece was created not at all, which takes longest."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for index in range(40):
            file[f"g{index}/w"] = np.full((2, 3), index, DTYPES[index % 4])
        file.create_dataset("chunked", (4, 6), "<f4", chunks=(2, 3))
        file.create_dataset("bytes", data=np.zeros(3, "u1")).attrs["dtype"] = "float8_e4m3fn"
    looked, created = [], []
    plain, listed = number_formats._is_plain, listing._listed
    monkeypatch.setattr(number_formats, "_FORMATS", {})
    monkeypatch.setattr(number_formats, "_is_plain", lambda *args: (looked.append(args[1]), plain(*args))[1])
    monkeypatch.setattr(listing, "_listed", lambda *args: (created.append(args[0]), listed(*args))[1])

    descriptor = os.open(tmp_path / "w.h5", os.O_RDONLY)
    session = Session(descriptor, "w.h5")
    parts = [json.loads(bytes(part)) for part in session.answer(["datasets"]) if part]
    session.close()
    os.close(descriptor)

    assert sorted(DTYPES) == sorted(dtype.str for dtype in looked)
    assert ["chunked"] == created
    formats = {name: text for names, _ in parts for name, text, *_ in names}
    wanted = {f"g{index}/w": DTYPES[index % 4] for index in range(40)}
    assert wanted | {"chunked": "<f4", "bytes": "float8_e4m3fn"} == formats
