"""A dry run refuses what the run itself refuses before it draws: with the same line and the same exit code."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from winitgen.files.formats import FORMATS

PLACES = (
    *("new", "new.npz", "new/", "new/.", "new/..", "new.npz/", "deep/new.npz", "deep/er/"),
    *("folder", "folder/", "folder/new.npz", "folder/.", "empty/", "arrays/", "arrays", "."),
    *("mine.npz", "mine.npz/", "mine.npz/new.npz", "other.npz", "other.npz/", "noise.npz", "noise.npz/new/"),
    *("mine.npy", "other.npy", "link.npz", "link/", "nowhere.npz", "shards/model.safetensors", "", "-"),
    *("nowhere.npz/", "nowhere.npz/er/"),
)
"""Paths of an output: files and folders that are there or not, of this run, of another one or of nobody."""

FORMS: tuple[tuple[str, ...], ...] = (
    (),
    *(("--format", name) for name in FORMATS),
    ("--format", ""),
    ("--max-shard-size", "0.05KB"),
    ("--max-shard-size", "0.05KB", "--force"),
    ("--force",),
)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the paths lead to."""
    from tests.cli.in_process import run_here

    root = tmp_path_factory.mktemp("begun")
    layers = "[{name: fc, type: dense, units: 4}, {name: out, type: dense, units: 2}]"
    (root / "m.yaml").write_text(f"model: small\ninput: 3\nlayers: {layers}\n")
    (root / "config.json").write_text('{"model_type": "llama"}')
    for folder in ("folder", "empty"):
        (root / folder).mkdir()
    (root / "folder" / "note.txt").write_text("kept")
    (root / "noise.npz").write_text("noise")
    for name, *more in (
        *(("mine.npz",), ("mine.npy",), ("arrays/",), ("given.npz",)),
        *(("other.npz", "--seed", "1"), ("other.npy", "--dtype", "float16")),
        ("shards/", "--max-shard-size", "0.05KB"),
    ):
        assert 0 == run_here("init", "m.yaml", "-o", name, *more, cwd=root).code
    (root / "link.npz").symlink_to("mine.npz")
    (root / "link").symlink_to("arrays")
    (root / "nowhere.npz").symlink_to("deep/er.npz")
    return root


def contents(folder: Path) -> dict[str, bytes | None]:
    """Return every path below a folder with its bytes; None for what is no file."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def both(begun: Path, folder: Path, *call: str) -> tuple[Run, Run]:
    """Return a dry run and the run itself, in a fresh copy; a dry run, and a refused one, have written nothing."""
    from tests.cli.in_process import run_here

    copy = folder / "copy"
    shutil.copytree(begun, copy, symlinks=True)
    before = contents(copy)
    dry = run_here(*call, "--dry-run", cwd=copy)
    assert before == contents(copy), (call, dry)
    run = run_here(*call, cwd=copy)
    assert not run.code or before == contents(copy), (call, run)
    shutil.rmtree(copy)
    return dry, run


def refusal(run: Run) -> tuple[int, str]:
    """Return the exit code and the last line on standard error, if the run was refused."""
    return (run.code, run.err.splitlines()[-1]) if run.code else (0, "")


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize(
    "what", ["init m.yaml -q -o", "init config.json --shrink -q -o", "convert given.npz"]
)
def test_both_runs_refuse_alike(begun: Path, tmp_path: Path, what: str, form: tuple[str, ...]) -> None:
    """Every path in every form: a table of some 1,000 calls."""
    differing = {}
    for place in PLACES:
        if place == "-" and form[1:] in ((), ("npy",), ("safetensors",)):
            continue  # nothing is refused, and this process has a standard output of its own
        dry, run = both(begun, tmp_path, *what.split(), place, *form)
        if refusal(dry) != refusal(run):
            differing[place] = (refusal(dry), refusal(run))

    assert {} == differing


LINES = {
    ("--format", "npy-dir", "new/.."): (3, "cannot write new/..: there is no folder new"),
    ("--format", "npz", "new/"): (
        2,
        "cannot write new/: npz is a single file, but this name ends in '/'; name a file, as in new/model.npz",
    ),
    ("--format", "hdf5", "new/."): (
        2,
        "cannot write new/.: hdf5 is a single file, but this name ends in '/.'; name a file, as in new/model.h5",
    ),
    ("--format", "safetensors", "new/.."): (
        2,
        (
            "cannot write new/..: safetensors is a single file, but this name ends in '/..'; name a file, as in "
            "new/../model.safetensors"
        ),
    ),
    ("--format", "", "new"): (
        2,
        "unknown format ''; the formats are hdf5, keras-h5, npy, npy-dir, npz, safetensors",
    ),
    ("--format", "npz", "folder"): (3, "cannot write folder: it is a folder"),
    ("--format", "npy-dir", "mine.npz"): (3, "cannot write mine.npz: it is not a folder"),
    ("--format", "npz", "deep/new"): (3, "cannot write deep/new: No such file or directory"),
    ("--format", "npz", "other.npz"): (
        3,
        "other.npz exists and differs: its seed is 1, not 0; --force replaces it",
    ),
    ("--format", "npz", "noise.npz"): (
        3,
        "noise.npz exists and was not written by winitgen; --force replaces it",
    ),
    ("--force", "folder/"): (3, "cannot replace folder/: it was not written by winitgen"),
}


@pytest.mark.parametrize("call", LINES, ids=" ".join)
def test_lines_of_both(begun: Path, tmp_path: Path, call: tuple[str, ...]) -> None:
    """The whole line; a wrong call is 2, and what is on the disk is 3."""
    *form, place = call
    code, line = LINES[call]
    dry, run = both(begun, tmp_path, "init", "m.yaml", *form, "-o", place)

    assert (code, "", f"winitgen: {line}\n") == dry == run


def test_a_dry_run_over_the_base(begun: Path, tmp_path: Path) -> None:
    """The base must stay whole: also a dry run says so."""
    call = ("init", "m.yaml", "--base", "given.npz", "--only", "out.*", "-o", "given.npz", "--force")
    dry, run = both(begun, tmp_path, *call)

    line = "given.npz: the output would take the place of a file whose values it needs; give it another name"
    assert (2, "", f"winitgen: {line}\n") == dry == run


def test_an_output_in_a_file_beside_a_base(begun: Path, tmp_path: Path) -> None:
    """It is the output that cannot be written, and not the base that cannot be read."""
    call = ("init", "m.yaml", "--base", "given.npz", "--only", "out.*", "-o", "mine.npz/new.npz")
    dry, run = both(begun, tmp_path, *call)

    assert (3, "", "winitgen: cannot write mine.npz/new.npz: Not a directory\n") == dry == run


def test_a_dry_run_of_what_is_there(begun: Path, tmp_path: Path) -> None:
    """What would stay unchanged is refused by neither."""
    for place in ("mine.npz", "mine.npy", "arrays/", "link.npz", "empty/"):
        assert [0, 0] == [run.code for run in both(begun, tmp_path, "init", "m.yaml", "-o", place)]
    assert os.listdir(tmp_path) == []


def test_a_folder_below_a_link_that_leads_nowhere(begun: Path, tmp_path: Path) -> None:
    """No folder is made in the place of the link."""
    for what in (
        "m.yaml --max-shard-size 1MB",
        "config.json --shrink",
        "config.json --shrink --shard-name a",
    ):
        dry, run = both(begun, tmp_path, "init", *what.split(), "-q", "-o", "nowhere.npz/er/")
        assert (3, "File exists") == (dry.code, dry.err.splitlines()[-1].rpartition(": ")[2])
        assert refusal(dry) == refusal(run)
