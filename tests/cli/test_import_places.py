"""``winitgen import`` writes over nothing that it reads, even with ``--force``."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Winitgen
from tests.files.formats import dcp_folders, gguf_files, onnx_files, zarr_folders

FIT = ("--fit", "--keep")

CALLS = {
    "a weight file": (("w.npz", *FIT), "w.npz", "the source"),
    "a weight file by another name": (("w.npz",), "link.npz", "the source"),
    "a config": (("config.json",), "config.json", "the source"),
    "a traced config": (("--trace", "config.json"), "config.json", "the source"),
    "the file of a family": (("config.json", "--family", "fam.yaml"), "fam.yaml", "the family's file"),
    "a shard of an index": (
        ("o/model.safetensors.index.json", *FIT),
        "o/model-00001-of-00003.safetensors",
        "",
    ),
    "a shard in a folder": (("o", *FIT), "o/model-00001-of-00003.safetensors", ""),
    "an index in a folder": (("o",), "o/model.safetensors.index.json", ""),
    "the config of a folder": (("o",), "o/config.json", ""),
}
"""The source with its options, the output, and what the output would replace."""


@pytest.mark.parametrize(("call", "out", "what"), CALLS.values(), ids=CALLS)
def test_the_source_stays(
    here: Winitgen, spec: Path, tmp_path: Path, call: tuple[str, ...], out: str, what: str
) -> None:
    """One line, exit code 2, and every file as it was."""
    assert 0 == here("init", spec, "-o", "o/", "--max-shard-size", "0.05KB").code
    np.savez(tmp_path / "w.npz", w=np.arange(12, dtype=np.float32))
    (tmp_path / "link.npz").symlink_to("w.npz")
    for name in ("config.json", "o/config.json", "fam.yaml"):
        (tmp_path / name).write_text('{"model_type": "llama"}')
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run = here("import", *call, "-o", out, "--force")

    advice = f"the output would replace {what or 'a file of the source'}; give it another name"
    assert (2, "", f"winitgen: {out}: {advice}\n") == run
    assert files == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def onnx_model(folder: Path) -> tuple[str, str]:
    """Write a model with its values in a file beside it."""
    place = onnx_files.beside({"location": "m.data", "offset": 0, "length": 8})
    model = onnx_files.model(onnx_files.graph([onnx_files.tensor("a.weight", 1, (2,), place)]))
    (folder / "m.onnx").write_bytes(model)
    (folder / "m.data").write_bytes(bytes(8))
    return "m.onnx", "m.data"


def gguf_parts(folder: Path) -> tuple[str, str]:
    """Write a model in two parts."""
    paths = [folder / f"w-0000{number}-of-00002.gguf" for number in (1, 2)]
    for number, path in enumerate(paths):
        keys = [
            ("split.no", 2, "<H", number),
            ("split.count", 2, "<H", 2),
            ("split.tensors.count", 5, "<i", 2),
        ]
        own = [gguf_files.key(name, kind, struct.pack(form, value)) for name, kind, form, value in keys]
        listed = gguf_files.Listed(f"{number}.weight", (2,), 0, bytes(8))
        path.write_bytes(gguf_files.gguf([listed], own))
    return paths[0].name, paths[1].name


def checkpoint(folder: Path) -> tuple[str, str]:
    """Write a distributed checkpoint, with its chunk in a file that has no ending."""
    (folder / "dcp").mkdir()
    box = dcp_folders.Box((0,), np.zeros(2, "f"), "part")
    dcp_folders.write_checkpoint(folder / "dcp", {"a.weight": ((2,), [box])})
    return "dcp/.metadata", "dcp/part"


def chunks(folder: Path) -> tuple[str, str]:
    """Write an array of zarr with a chunk."""
    zarr_folders.group(folder / "z", 3)
    zarr_folders.third(folder / "z/b.weight", np.arange(4.0), [4])
    return "z", "z/b.weight/c/0"


def metadata(folder: Path) -> tuple[str, str]:
    """Write an array of zarr."""
    chunks(folder)
    return "z", "z/b.weight/zarr.json"


@pytest.mark.parametrize("write", [onnx_model, gguf_parts, checkpoint, chunks, metadata])
def test_files_with_values_stay(
    here: Winitgen, tmp_path: Path, write: Callable[[Path], tuple[str, str]]
) -> None:
    """So do the files beside a model in which it has values, and those of arrays in chunks."""
    source, out = write(tmp_path)
    assert 0 == here("import", source).code
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run = here("import", source, "-o", out, "--force")

    advice = "the output would replace a file of the source; give it another name"
    assert (2, "", f"winitgen: {out}: {advice}\n") == run
    assert files == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_file_beside_the_source(here: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The layer-spec may stand in the folder of the weights, and replace itself there."""
    assert 0 == here("init", spec, "-o", "o/", "--max-shard-size", "0.05KB").code
    (tmp_path / "o" / "model.yaml").write_text("old")

    assert 0 == here("import", "o", "-o", "o/model.yaml", "--force").code
    assert "layers:" in (tmp_path / "o" / "model.yaml").read_text()
