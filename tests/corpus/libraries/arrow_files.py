"""pyarrow and ASDF: tables and trees that are no weights."""

from __future__ import annotations

import asdf
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from tests.corpus.record import Record, normals


def write(record: Record) -> None:
    """Write the same column in three containers."""
    table = pa.table({"w": normals(1, 40)})
    pyarrow.parquet.write_table(table, record.path("table.parquet"))
    pyarrow.feather.write_feather(table, record.path("table.feather"))
    asdf.AsdfFile({"w": normals(1, 40)}).write_to(record.path("tree.asdf"))
    for name in ("table.parquet", "table.feather", "tree.asdf"):
        record.refused(name, "is not a weight file of a known kind")
