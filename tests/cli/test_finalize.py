"""``winitgen finalize``: the index after all shards, and what is said of a folder that is no whole model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Winitgen
from tests.cli.test_ranks import SHARDS, SIZE, SPEC, content
from winitgen.report.columns import size

INDEX = "model.safetensors.index.json"


@pytest.fixture(scope="module")
def complete(winitgen: Winitgen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that one process has written."""
    folder = tmp_path_factory.mktemp("complete")
    (folder / "model.yaml").write_text(SPEC)
    assert 0 == winitgen("init", folder / "model.yaml", "-o", f"{folder}/out/", *SIZE, "-q").code
    return folder


@pytest.fixture
def out(complete: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ``out`` with the shards and without the index, beside ``model.yaml``; the working folder is around it."""
    shutil.copytree(complete, tmp_path, dirs_exist_ok=True)
    (tmp_path / "out" / INDEX).unlink()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path / "out"


def test_the_index_is_that_of_one_process(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """All bytes are the same; the second time nothing is written."""
    first = winitgen("finalize", "out/", cwd=out.parent)
    before = (out / INDEX).stat().st_mtime_ns
    second = winitgen("finalize", "out", cwd=out.parent)

    lines = [
        "8 tensors, 6,050 values, 24.2 kB, seed 3, torch layout",
        *(
            f"{name}: {size((out / name).stat().st_size)}, {count}"
            for name, count in zip(SHARDS, COUNTS, strict=True)
        ),
    ]
    assert (0, [*lines, f"wrote out/{INDEX}"], "") == (first.code, first.out.splitlines(), first.err)
    up_to_date = f"out/{INDEX} is up to date, and all shards are there"
    assert (0, [*lines, up_to_date], "") == (second.code, second.out.splitlines(), second.err)
    assert content(complete / "out") == content(out)
    assert before == (out / INDEX).stat().st_mtime_ns


COUNTS = ("1 tensor", "1 tensor", "4 tensors", "2 tensors")


def test_the_index_may_be_named(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """A path that ends as an index does means its folder and its names."""
    assert 0 == winitgen("finalize", f"out/{INDEX}", cwd=out.parent).code
    assert 0 == winitgen("finalize", INDEX, "--check", cwd=out).code
    assert content(complete / "out") == content(out)


def test_json_has_what_was_found(winitgen: Winitgen, out: Path) -> None:
    """The model, the files and what was done."""
    report = json.loads(winitgen("finalize", "out", "--json", cwd=out.parent).out)

    assert {"model": "four", "seed": 3, "dtype": "float32", "layout": "torch"}.items() <= report.items()
    assert ("written", f"out/{INDEX}", "safetensors") == tuple(
        report[key] for key in ("status", "file", "format")
    )
    assert {"tensors": 8, "elements": 6050, "bytes": 24200} == report["totals"]
    assert SHARDS == [shard["file"] for shard in report["shards"]]
    assert sum(path.stat().st_size for path in out.iterdir()) == report["file_bytes"]


def test_check_writes_nothing(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """It fails while there is no index, or another one, and then succeeds."""
    why = "does not exist: the shards are not complete, or the run was interrupted"
    run = winitgen("finalize", "out", "--check", cwd=out.parent)
    assert (1, "", f"winitgen: out/{INDEX} {why}\n") == tuple(run)
    (out / INDEX).write_text("{}")
    run = winitgen("finalize", "out", "--check", cwd=out.parent)
    assert (1, "", f"winitgen: out/{INDEX} differs\n") == tuple(run)
    assert "{}" == (out / INDEX).read_text()
    shutil.copy(complete / "out" / INDEX, out)
    assert 0 == winitgen("finalize", "out", "--check", cwd=out.parent).code


def test_another_index_is_replaced_only_by_force(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """It belongs to another model."""
    (out / INDEX).write_text("{}")
    run = winitgen("finalize", "out", cwd=out.parent)

    assert (3, "", f"winitgen: out/{INDEX} exists and lists other shards; --force replaces it\n") == tuple(
        run
    )
    assert 0 == winitgen("finalize", "out", "--force", cwd=out.parent).code
    assert content(complete / "out") == content(out)


def test_stale_shards_are_removed_only_by_force(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """Shards of a run with another number of files, which is not complete; a file of another program is never."""
    stale = out / "model-00002-of-00003.safetensors"
    shutil.copy(out / SHARDS[0], stale)
    run = winitgen("finalize", "out", cwd=out.parent)

    belongs = f"out/{stale.name} belongs to another run, and readers may take it for a part of this model"
    assert (3, "", f"winitgen: {belongs}; --force removes it\n") == tuple(run)
    run = winitgen("finalize", "out", "--check", cwd=out.parent)
    assert (1, "", f"winitgen: {belongs}\n") == tuple(run)
    assert 0 == winitgen("finalize", "out", "--force", cwd=out.parent).code
    assert content(complete / "out") == content(out)
    stale.write_bytes(b"mine")
    run = winitgen("finalize", "out", "--force", cwd=out.parent)
    foreign = "was not written by winitgen, and readers may take it for a part of this model; move it away"
    assert (3, "", f"winitgen: out/{stale.name} {foreign}\n") == tuple(run)


def test_a_model_in_one_file_needs_no_index(winitgen: Winitgen, out: Path) -> None:
    """The only file is checked."""
    winitgen("init", "model.yaml", "-o", "one/", "--rank", "0", "--world-size", "2", cwd=out.parent)
    run = winitgen("finalize", "one/", cwd=out.parent)

    assert (0, "one/model.safetensors is up to date, and all shards are there") == (
        run.code,
        run.out.splitlines()[-1],
    )
    assert ["model.safetensors"] == list(content(out.parent / "one"))


def test_a_variant_has_names_of_its_own(winitgen: Winitgen, out: Path) -> None:
    """Its shards lie beside those of another; the message says how to name them."""
    call = ["model.yaml", "-o", "fp16/", *SIZE, "--shard-name", "model.fp16", "--dtype", "float16", "-q"]
    winitgen("init", *call, cwd=out.parent)
    index = out.parent / "fp16" / "model.safetensors.index.fp16.json"
    before = index.read_bytes()
    index.unlink()

    hint = "holds no model-00001-of-00002.safetensors or the like; those that are there need --shard-name model.fp16"
    assert (1, "", f"winitgen: fp16/ {hint}\n") == tuple(winitgen("finalize", "fp16/", cwd=out.parent))
    assert 0 == winitgen("finalize", "fp16/", "--shard-name", "model.fp16", cwd=out.parent).code
    assert before == index.read_bytes()


MISSING = f"2 of 4 shards are missing: {SHARDS[0]}, {SHARDS[2]}"
NAMED = f"2 of 4 shards are missing: {SHARDS[0]} (--rank 0), {SHARDS[2]} (--rank 2)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--world-size", "3", *SIZE],
            f"{NAMED}; run again with --world-size 3: --rank 0, 2",
        ),
        (
            ["--world-size", "3"],
            f"{MISSING}; the others were not split by this --max-shard-size; with that of the run, their ranks are named",
        ),
        (
            ["--world-size", "3", "--max-shard-size", "6.5KB"],
            f"{MISSING}; the others were not split by this --max-shard-size; with that of the run, their ranks are named",
        ),
        (
            [],
            f"{MISSING}; run their ranks again; with --world-size and --max-shard-size of the run, the ranks are named",
        ),
    ],
)
def test_missing_shards_and_their_ranks(
    winitgen: Winitgen, out: Path, options: list[str], message: str
) -> None:
    """No index is written; the ranks are named if the call says how the run divided the model."""
    (out / SHARDS[0]).unlink()
    (out / SHARDS[2]).unlink()
    run = winitgen("finalize", "out", *options, cwd=out.parent)

    assert (1, "", f"winitgen: out: {message}\n") == tuple(run)
    assert INDEX not in content(out)


def test_many_missing_shards_are_counted(winitgen: Winitgen, out: Path) -> None:
    """Twenty are named."""
    names = [f"model-{number:05d}-of-00030.safetensors" for number in range(1, 31)]
    (out.parent / "far").mkdir()
    shutil.copy(out / SHARDS[0], out.parent / "far" / names[4])
    run = winitgen("finalize", "far", cwd=out.parent)

    missing = ", ".join(name for name in names[:21] if name != names[4])
    hint = "run their ranks again; with --world-size and --max-shard-size of the run, the ranks are named"
    message = f"far: 29 of 30 shards are missing: {missing} and 9 more; {hint}"
    assert (1, "", f"winitgen: {message}\n") == tuple(run)


def truncate(out: Path) -> None:
    """Cut a shard, as a full disk of another program would."""
    path = out / SHARDS[1]
    path.write_bytes(path.read_bytes()[:-10])


def empty(out: Path) -> None:
    """Leave a shard without content."""
    (out / SHARDS[1]).write_bytes(b"")


def append(out: Path) -> None:
    """Add bytes to a shard."""
    path = out / SHARDS[1]
    path.write_bytes(path.read_bytes() + b"mine")


def replace(out: Path) -> None:
    """Put a file of the safetensors library where a shard belongs."""
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"c.weight": np.zeros(3, np.float32)}, out / SHARDS[1])


def of_another_seed(out: Path) -> None:
    """Put a shard of a run with another seed."""
    import winitgen

    winitgen.write(out.parent / "model.yaml", f"{out.parent}/other/", max_shard_size="7KB", seed=4)
    shutil.copy(out.parent / "other" / SHARDS[1], out)


def twice(out: Path) -> None:
    """Put a shard of a run with another size of shards in the place of the second."""
    shutil.copy(out / SHARDS[0], out / SHARDS[1])


def smaller(out: Path) -> None:
    """Put a shard of a run with another size of shards, which has some of the third's tensors."""
    import winitgen

    winitgen.write(out.parent / "model.yaml", f"{out.parent}/other/", max_shard_size="6.5KB")
    names = sorted(path.name for path in (out.parent / "other").glob("*.safetensors"))
    assert SHARDS == names
    shutil.copy(out.parent / "other" / SHARDS[2], out)


def reordered(out: Path) -> None:
    """Write the header of a shard anew, with the tensors it has."""
    path = out / SHARDS[2]
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"]["more"] = "mine"
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])


def several(out: Path) -> None:
    """Add a part of a run with another number of shards, and take a shard away."""
    shutil.copy(out / SHARDS[0], out / "model-00001-of-00002.safetensors")
    (out / SHARDS[1]).unlink()


def two_whole(out: Path) -> None:
    """Add a whole model in one file."""
    import winitgen

    winitgen.write(out.parent / "model.yaml", out / "model.safetensors")


def nothing(out: Path) -> None:
    """Take all shards away."""
    for name in SHARDS:
        (out / name).unlink()


ONE_SIZE = "the ranks divided the model differently; run all with the same --max-shard-size"
DAMAGED = f"out/{SHARDS[1]} is a damaged safetensors file"
FOLDERS = {
    truncate: (1, f"{DAMAGED}: it ends 10 bytes too early; remove it, and write it again"),
    append: (1, f"{DAMAGED}: no tensor covers its last 4 bytes; remove it, and write it again"),
    empty: (1, f"out/{SHARDS[1]} is empty; remove it, and write it again"),
    replace: (3, f"out/{SHARDS[1]} was not written by winitgen, and has the name of a shard; move it away"),
    of_another_seed: (
        1,
        (
            f"out/{SHARDS[1]} is of another run than out/{SHARDS[0]}: its seed is 4, not 3; write one of them again with "
            "--force"
        ),
    ),
    twice: (1, f"out/{SHARDS[0]} and out/{SHARDS[1]} both hold 'a.weight': {ONE_SIZE}"),
    smaller: (1, f"no shard holds 'c.bias': {ONE_SIZE}"),
    reordered: (1, f"out/{SHARDS[2]} differs from what its recipe says; write it again"),
    several: (1, "out holds shards of several runs: 1 of 2 and 3 of 4; move those of one away"),
    two_whole: (1, "out holds shards of several runs: 1 of 1 and 4 of 4; move those of one away"),
    nothing: (1, "out holds no model-00001-of-00002.safetensors or the like"),
}


@pytest.mark.parametrize("change", FOLDERS, ids=lambda change: change.__name__)
def test_refused(winitgen: Winitgen, out: Path, change: object) -> None:
    """One line says what is wrong, and no index is written."""
    code, message = FOLDERS[change]  # type: ignore[index]
    change(out)  # type: ignore[operator]
    before = content(out)
    run = winitgen("finalize", "out", cwd=out.parent)

    assert (code, "", f"winitgen: {message}\n") == tuple(run)
    assert before == content(out)


def test_a_folder_that_is_not_there(winitgen: Winitgen, tmp_path: Path) -> None:
    """It cannot be read."""
    run = winitgen("finalize", f"{tmp_path}/none/")

    assert (2, "", f"winitgen: cannot read {tmp_path}/none/: No such file or directory\n") == tuple(run)
