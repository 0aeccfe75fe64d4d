"""pandas: frames in HDF5, as tables and as arrays, and pickled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write a frame of numbers."""
    frame = pd.DataFrame(normals(1, 6, 3).astype("f8"), columns=[0, 1, 2])
    frame.to_hdf(record.path("fixed.h5"), key="weights", format="fixed")
    axes = {
        "weights/axis0": np.arange(3),
        "weights/axis1": np.arange(6),
        "weights/block0_items": np.arange(3),
    }
    record.gives("fixed.h5", axes | {"weights/block0_values": frame.to_numpy()})
    frame.to_hdf(record.path("table.h5"), key="weights", format="table")
    records = (
        "its values are records, which are not divided into numbers: index int64, values_block_0 float64"
    )
    index = hdf5_arrays(record.path("table.h5"))
    del index["weights/table"]
    record.gives("table.h5", index, [("weights/table", [6], "void256", records)])
    frame.to_pickle(record.path("frame.pkl"))
    record.refused("frame.pkl", "is a Python pickle, which can run code")
    frame.to_pickle(record.path("frame.pkl.gz"))
    record.refused("frame.pkl.gz", "compressed with gzip; gunzip it first")
