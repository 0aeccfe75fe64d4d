"""A folder of arrays with files that are not of the run: up to date, unless a loader reads them, which is then said."""

from __future__ import annotations

from pathlib import Path

import pytest

import winitgen
from winitgen.errors import DiffersError, ExistsError, OutputError

SPEC = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}
READ = {
    "more.npy": "'more.npy' is not in its index, and whoever loads all arrays reads it, too",
    "zarr.json": "'zarr.json' makes the folder one of zarr, which reads other files of it",
    "model.safetensors": "from_pretrained of transformers reads 'model.safetensors' of this folder, and none of its arrays",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of arrays that ``init`` wrote."""
    winitgen.write(SPEC, f"{tmp_path}/w/")
    return tmp_path / "w"


def everything(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("options", [{}, {"check": True}, {"force": True}], ids=str)
def test_what_no_loader_reads(options: dict[str, bool], folder: Path) -> None:
    """As for ``verify`` and for shards, it is no difference."""
    for name in ("README.md", ".DS_Store", ".gitignore", "notes.safetensors"):
        (folder / name).write_bytes(b"x")
    (folder / "config.json").write_text("{}")
    (folder / "logs").mkdir()
    before = everything(folder)

    assert winitgen.write(SPEC, f"{folder}/", **options).status == "unchanged"
    assert winitgen.verify(folder, SPEC)["status"] == "verified"
    assert winitgen.convert(folder, f"{folder}-2/").status == "written"
    (Path(f"{folder}-2") / "README.md").write_bytes(b"x")
    again = {name: value for name, value in options.items() if name == "force"}
    assert winitgen.convert(folder, f"{folder}-2/", **again).status == "unchanged"
    assert before == everything(folder)


@pytest.mark.parametrize("name", READ)
def test_what_a_loader_reads(name: str, folder: Path, tmp_path: Path) -> None:
    """The line names the file; nothing is written, and --force removes no file that is not of the run."""
    winitgen.write(SPEC, tmp_path / "w.npz")
    (folder / name).write_bytes(b"x")
    before = everything(folder)
    with pytest.raises(DiffersError) as checked:
        winitgen.write(SPEC, f"{folder}/", check=True)
    with pytest.raises(ExistsError) as written:
        winitgen.write(SPEC, f"{folder}/")
    with pytest.raises(ExistsError) as converted:
        winitgen.convert(tmp_path / "w.npz", f"{folder}/")
    with pytest.raises(OutputError) as forced:
        winitgen.write(SPEC, f"{folder}/", force=True)

    assert f"{folder}/ differs: {READ[name]}; move it away" == str(checked.value)
    assert f"{folder}/ exists and differs: {READ[name]}; move it away" == str(written.value)
    assert str(written.value) == str(converted.value)
    assert f"cannot replace {folder}/: it holds {name!r}, which is not in its index.json" == str(forced.value)
    assert before == everything(folder)


def test_a_missing_file(folder: Path) -> None:
    """The line names it, and --force writes it again."""
    (folder / "fc.bias.npy").unlink()
    with pytest.raises(DiffersError) as checked:
        winitgen.write(SPEC, f"{folder}/", check=True)
    with pytest.raises(ExistsError) as written:
        winitgen.write(SPEC, f"{folder}/")

    assert f"{folder}/ differs: it has no 'fc.bias.npy'" == str(checked.value)
    assert f"{folder}/ exists and differs: it has no 'fc.bias.npy'; --force replaces it" == str(written.value)
    assert winitgen.write(SPEC, f"{folder}/", force=True).status == "written"


def test_other_bytes_beside_a_note(folder: Path) -> None:
    """Other values in the files of the run are still a difference, whatever else is there."""
    path = folder / "fc.weight.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    (folder / "README.md").write_bytes(b"x")
    with pytest.raises(DiffersError) as checked:
        winitgen.write(SPEC, f"{folder}/", check=True)

    assert f"{folder}/ differs: same seed, spec and options, but other bytes" == str(checked.value)
