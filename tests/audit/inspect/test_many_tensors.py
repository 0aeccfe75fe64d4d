"""Files of very many tensors: the memory that each takes, when nothing collects garbage, as in the command line."""

from __future__ import annotations

import gc
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from winitgen.audit.inspect.report import compact_report, inspect
from winitgen.report.files import as_json, json_parts
from winitgen.report.inspect_table import table
from winitgen.report.terminal import print_table

FEW, MANY = 100, 300
MOST = (512 << 20) / 250_000
"""Bytes of each tensor in memory."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def many(path: Path, count: int) -> None:
    """Write a file of tensors of 60 values each, every one of another shape, as its name says."""
    values = np.random.default_rng(5).standard_normal((count, 60)).astype(np.float32)
    names = [f"model.layers.{index}.weight" for index in range(count)]
    shapes = [(1,) * (index % 30) + (60,) for index in range(count)]
    if path.suffix == ".npz":
        method = zipfile.ZIP_DEFLATED if "deflated" in path.name else zipfile.ZIP_STORED
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, array, shape in zip(names, values, shapes, strict=True):
                content = io.BytesIO()
                np.save(content, array.reshape(shape))
                archive.writestr(f"{name}.npy", content.getvalue())
        return
    entries = {
        name: {"dtype": "F32", "shape": shape, "data_offsets": [240 * index, 240 * (index + 1)]}
        for index, (name, shape) in enumerate(zip(names, shapes, strict=True))
    }
    header = json.dumps(entries).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + values.astype("<f4").tobytes())


def peak(path: Path) -> int:
    """Return the most bytes in memory while a file is reported."""
    with uncollected(), path.with_suffix(".txt").open("w", encoding="utf-8") as out:
        tracemalloc.start()
        try:
            report = compact_report(str(path))
            print_table(*table(report, bars=" .:"), out)
            out.writelines(json_parts(report))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", ["w.npz", "deflated.npz", "w.safetensors"])
def test_each_tensor_takes_little_memory(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report, its table and its JSON take at most 2,147 bytes for each tensor, whatever the container."""
    monkeypatch.setattr(
        "winitgen.audit.blocks.BLOCK", 1 << 14
    )  # as few of these tensors in work as of 250,000
    for folder, count in (("once", 3), ("few", FEW), ("many", MANY)):
        (tmp_path / folder).mkdir()
        many(tmp_path / folder / name, count)
    peak(tmp_path / "once" / name)

    few, most = peak(tmp_path / "few" / name), peak(tmp_path / "many" / name)

    assert MOST > (most - few) / (MANY - FEW)


def test_the_report_is_the_same(tmp_path: Path) -> None:
    """`inspect` returns a list of dictionaries, and the JSON of both reports is what the json module writes."""
    many(tmp_path / "w.npz", 3)
    found, compact = inspect(tmp_path / "w.npz"), compact_report(str(tmp_path / "w.npz"))

    assert isinstance(found["tensors"], list)
    assert found["tensors"] == list(compact["tensors"])
    wanted = json.dumps(found, indent=2, sort_keys=True) + "\n"
    assert wanted == as_json(found) == "".join(json_parts(compact))


def test_json_of_every_kind_of_value() -> None:
    """Empty and nested values, whole numbers and numbers at the ends of their formats are as json writes them."""
    report = {
        "b": [],
        "a": {},
        "c": [[], [1, [2.5, -0.0]], {"y": {"z": 1}, "x": None}, ()],
        "d": {"k": [True, False, 2**64, 5e-324, 1.7976931348623157e308], '\x1f"': "\\é"},
        "e": "text",
        "f": None,
    }

    assert json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n" == as_json(report)
    assert "{}\n" == as_json({})
    assert json.dumps([report], indent=2, sort_keys=True, ensure_ascii=False) + "\n" == as_json([report])


def test_a_wrong_checksum_is_told_of_one_tensor_in_detail(tmp_path: Path) -> None:
    """That its first values are read once more, to be shown, does not hide that the checksum of all is wrong."""
    many(tmp_path / "w.npz", 2)
    content = bytearray((tmp_path / "w.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        start = archive.getinfo("model.layers.1.weight.npy").header_offset
    content[content.index(b"\n", start) + 100] ^= 1
    (tmp_path / "w.npz").write_bytes(content)

    wanted = [
        "'model.layers.1.weight.npy' does not have the checksum that the archive says, so that numpy.load refuses it"
    ]
    assert wanted == inspect(tmp_path / "w.npz")["notes"]
    assert wanted == inspect(tmp_path / "w.npz", tensor="model.layers.1.weight")["notes"]
