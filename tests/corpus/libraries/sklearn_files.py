"""joblib and scikit-learn: pickles, whose refusal has to say so, however they are compressed."""

from __future__ import annotations

import io
import zipfile

import joblib
import numpy as np
import skops.io
from sklearn.linear_model import LinearRegression

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write a fitted model."""
    model = LinearRegression().fit(normals(1, 9, 3), normals(2, 9))
    joblib.dump(model, record.path("plain.joblib"))
    record.refused("plain.joblib", "is a Python pickle, which can run code")
    joblib.dump({"w": normals(1, 4)}, record.path("arrays.joblib"))
    record.refused("arrays.joblib", "is a Python pickle, which can run code")
    joblib.dump({"w": normals(1, 4)}, record.path("zlib.joblib"), compress=("zlib", 3))
    record.refused("zlib.joblib", "is not a weight file of a known kind")
    joblib.dump({"w": normals(1, 4)}, record.path("packed.joblib"), compress=("gzip", 3))
    record.refused("packed.joblib", "is compressed with gzip; gunzip it first")
    for way, words in (
        ("bz2", "compressed with bzip2"),
        ("xz", "compressed with xz"),
        ("lzma", "of a known kind"),
    ):
        joblib.dump({"w": normals(1, 4)}, record.path(f"{way}.joblib"), compress=(way, 3))
        record.refused(f"{way}.joblib", words)
    skops.io.dump(model, record.path("model.skops"))
    with zipfile.ZipFile(
        record.path("model.skops")
    ) as archive:  # a description, and each array by its number
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        arrays = {name[:-4]: np.load(io.BytesIO(archive.read(name))) for name in names}
    assert arrays
    record.gives("model.skops", arrays)
