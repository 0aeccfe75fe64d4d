"""Names from a file stand in messages with each control character escaped once, whatever says so."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import winitgen
from winitgen.errors import UnreadableError

NAME = "a\x1b[31m\u202e\n\x85b\\c"
SHOWN = r"'a\x1b[31m\u202e\n\x85b\\c'"


def test_a_member_that_is_no_array(tmp_path: Path) -> None:
    """The note and the fact have the name as Python writes it."""
    content = io.BytesIO()
    np.save(content, np.ones(3, np.float32))
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as archive:
        archive.writestr("w.npy", content.getvalue())
        archive.writestr(NAME, b"text")

    report = winitgen.inspect(tmp_path / "w.npz")

    assert [f"its member {SHOWN} is not an array, and was not read"] == report["notes"]
    assert SHOWN == report["facts"]["other_members"]


def test_a_damaged_header(tmp_path: Path) -> None:
    """The refusal names the entry."""
    header = json.dumps({NAME: {"dtype": "ZZ", "shape": [1], "data_offsets": [0, 4]}}).encode()
    (tmp_path / "w.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))

    with pytest.raises(UnreadableError) as refused:
        winitgen.inspect(tmp_path / "w.safetensors")

    why = f"is a damaged safetensors file: {SHOWN} has the unknown dtype 'ZZ'"
    assert f"{tmp_path / 'w.safetensors'} {why}" == str(refused.value)
