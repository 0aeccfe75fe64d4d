"""anndata: tables of cells, dense and sparse, in groups of HDF5."""

from __future__ import annotations

import anndata
import numpy as np
import pandas as pd
import scipy.sparse

from tests.corpus.hdf5 import hdf5_arrays
from tests.corpus.record import Record, normals

TEXT = "its values are text, not numbers"


def write(record: Record) -> None:
    """Write a dense and a sparse matrix with their labels."""
    cells = pd.DataFrame({"kind": pd.Categorical(["a", "b", "a", "a"])}, index=[f"c{n}" for n in range(4)])
    dense = anndata.AnnData(normals(1, 4, 3), obs=cells, obsm={"pca": normals(2, 4, 2)})
    dense.layers["sparse"] = scipy.sparse.csr_matrix(np.maximum(normals(3, 4, 3), 0))
    dense.write_h5ad(record.path("dense.h5ad"))
    texts = {"obs/_index": 4, "var/_index": 3, "obs/kind/categories": 2}
    numbers = hdf5_arrays(record.path("dense.h5ad"), without=tuple(texts))
    assert np.array_equal(numbers["X"], dense.X)
    assert np.array_equal(numbers["layers/sparse/data"], dense.layers["sparse"].data)
    record.gives("dense.h5ad", numbers, [(name, [size], "object", TEXT) for name, size in texts.items()])
