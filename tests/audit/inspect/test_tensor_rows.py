"""The entries of a report are kept small, exact, and made only when they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from winitgen.audit.inspect.tensor_rows import TensorRows
from winitgen.cli import _command
from winitgen.files.input.stored_array import StoredArray


def statistics(**values: Any) -> dict[str, Any]:
    """Return statistics with these values."""
    keys = ("of", "finite", "zeros", "nan", "infinite", "mean", "std", "min", "max", "histogram")
    return {**dict.fromkeys(keys), "of": "values", **values}


@pytest.mark.parametrize(
    "kept",
    [
        statistics(finite=3, mean=0.1, std=5e-324, min=-0.0, max=1.7976931348623157e308),
        statistics(min=-(1 << 63), max=(1 << 64) - 1),
        statistics(finite=1 << 80, histogram={"low": 0.0, "high": 1.0, "counts": [1 << 80, 0]}),
        statistics(of="modulus", mean=[1.5, -2.5], histogram={"low": 1.0, "high": 1.0, "counts": [7]}),
    ],
)
def test_statistics_stay_as_they_are(kept: dict[str, Any]) -> None:
    """Floats with all digits, whole numbers of any size, lists and nothing."""
    rows = TensorRows([StoredArray("w", "float64", (3,), 24)])

    rows.add_statistics(0, kept)

    assert repr(kept) == repr(rows[0]["statistics"])
    assert (kept["of"] == "modulus") == rows.some_complex


def test_each_row_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table asks for each row, and the lines below it for none."""
    np.savez(tmp_path / "w.npz", a=np.ones(3), b=np.array(["text"]), c=np.ones(2, np.complex64))
    made: list[int] = []
    row = TensorRows.__getitem__

    def counted(rows: TensorRows, index: int) -> dict[str, Any]:
        made.append(index)
        return row(rows, index)

    monkeypatch.setattr(TensorRows, "__getitem__", counted)
    _command(["inspect", str(tmp_path / "w.npz")])

    assert [0, 1, 2] == made
    assert (
        "complex numbers z: std is that of |z - mean|; min, max and histogram are those of |z|\n"
        "not read: b: its values are text, not numbers\n"
    ) in capsys.readouterr().out
