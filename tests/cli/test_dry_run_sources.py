"""A dry run of a model that takes values from files refuses what the run refuses: a layer-spec's own files, and a base."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_dry_run_agrees import both, refusal

SIZE = ("--max-shard-size", "0.05KB")
SHARD = "model-00001-of-00004.safetensors"
PLACED = "the output would take the place of a file whose values it needs; give it another name"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with layer-specs that name files of values, whose files are there, changed or gone, and with bases."""
    from tests.cli.in_process import run_here

    root = tmp_path_factory.mktemp("begun")
    (root / "m.yaml").write_text(spec("normal"))
    for name, *more in (("given.npz",), ("arrays/",), ("shards/", *SIZE), ("seven.npz", "--seed", "7")):
        assert 0 == run_here("init", "m.yaml", "-o", name, *more, cwd=root).code
    (root / "link.npz").symlink_to("given.npz")
    (root / "folder").mkdir()
    with np.load(root / "given.npz") as arrays:
        bits = arrays["kept"].tobytes()
    digest = hashlib.sha256(bits).hexdigest()
    files = {"kept": "given.npz", "sharded": f"shards/{SHARD}", "changed": "seven.npz", "gone": "no.npz"}
    for name, file in files.items():
        init = {"scheme": "file", "path": file, "tensor": "kept", "sha256": digest}
        (root / f"{name}.yaml").write_text(spec(init))
    return root


def spec(init: str | dict[str, str]) -> str:
    """Return a layer-spec of three layers, of which the first has this initialization."""
    kept = {"name": "kept", "type": "param", "shape": [4, 3], "init": init}
    dense = [{"name": "fc", "type": "dense", "units": 4}, {"name": "out", "type": "dense", "units": 2}]
    return json.dumps({"model": "small", "input": 3, "layers": [kept, *dense]})


CALLS = (
    *("init kept.yaml", "init sharded.yaml", "init changed.yaml", "init gone.yaml"),
    *(
        f"init m.yaml --base {base} --only out.*"
        for base in ("given.npz", "arrays/", f"shards/{SHARD}", "shards/")
    ),
    *("init kept.yaml --base seven.npz --only out.*", "init gone.yaml --base seven.npz --only kept"),
)
PLACES = (
    *(
        "new.npz",
        "given.npz",
        "link.npz",
        "seven.npz",
        "no.npz",
        "arrays/",
        "arrays/new.npz",
        "folder/",
        "shards/",
    ),
    *(
        f"shards/{SHARD}",
        "shards/model.safetensors",
        "shards/model.safetensors.index.json",
        "new/model.safetensors",
    ),
)
FORMS: tuple[tuple[str, ...], ...] = ((), ("--force",), SIZE, (*SIZE, "--force"), ("--shard-name", "other"))


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("what", CALLS)
def test_both_runs_refuse_alike(begun: Path, tmp_path: Path, what: str, form: tuple[str, ...]) -> None:
    """Every output in every form."""
    differing = {}
    for place in PLACES:
        dry, run = both(begun, tmp_path, *what.split(), "-q", "-o", place, *form)
        if refusal(dry) != refusal(run):
            differing[place] = (refusal(dry), refusal(run))

    assert {} == differing


LINES = {
    ("kept.yaml", "-o", "given.npz", "--force"): f"given.npz: {PLACED}",
    ("kept.yaml", "-o", "link.npz", "--force"): f"link.npz: {PLACED}",
    ("sharded.yaml", "-o", "shards/", *SIZE, "--force"): f"shards/{SHARD}: {PLACED}",
    ("sharded.yaml", "-o", "shards/model.safetensors"): f"shards/{SHARD}: {PLACED}",
    ("m.yaml", "--base", f"shards/{SHARD}", "--add", "-o", "shards/", *SIZE): f"shards/{SHARD}: {PLACED}",
    ("m.yaml", "--base", "shards/", "--only", "fc.*", "-o", "shards/model.safetensors"): (
        f"shards/model.safetensors.index.json: {PLACED}"
    ),
}


@pytest.mark.parametrize("call", LINES, ids=" ".join)
def test_lines_of_both(begun: Path, tmp_path: Path, call: tuple[str, ...]) -> None:
    """The whole line, of a wrong call, and nothing is written."""
    dry, run = both(begun, tmp_path, "init", *call)

    assert (2, "", f"winitgen: {LINES[call]}\n") == dry == run


@pytest.mark.parametrize("form", [(), SIZE, ("--base", "seven.npz", "--except", "fc.*")], ids=" ".join)
def test_values_that_are_not_there(begun: Path, tmp_path: Path, form: tuple[str, ...]) -> None:
    """A file that is gone, and one with other values."""
    mistake = "layers[0].init: kept: "
    lines = {
        "gone": f"gone.yaml:1:102: {mistake}cannot read no.npz: No such file or directory\n",
        "changed": f"changed.yaml:1:102: {mistake}the values of 'kept' in seven.npz have the sha256 ",
    }
    for name, line in lines.items():
        dry, run = both(begun, tmp_path, "init", f"{name}.yaml", *form, "-o", "new/model.safetensors")
        assert dry == run
        assert (2, "", line) == (dry.code, dry.out, dry.err[: len(line)])


def test_without_an_output_no_file_is_needed(begun: Path, tmp_path: Path) -> None:
    """The plan is shown, also with a base."""
    for more in ((), ("--base", "seven.npz", "--only", "kept")):
        dry, _ = both(begun, tmp_path, "init", "gone.yaml", *more)
        assert (0, "") == (dry.code, dry.err)


def test_a_good_call_is_refused_by_neither(begun: Path, tmp_path: Path) -> None:
    """One file and shards, with files of the layer-spec and with a base."""
    for call in (("kept.yaml",), ("kept.yaml", *SIZE), ("m.yaml", "--base", "shards/", "--only", "fc.*")):
        dry, run = both(
            begun, tmp_path, "init", *call, "-o", "new/model.safetensors" if SIZE[0] in call else "new.npz"
        )
        assert [0, 0] == [dry.code, run.code], (dry, run)
