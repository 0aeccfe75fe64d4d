"""``winitgen finalize``: the index after all shards, and what is said of a folder that is no whole model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.cli.four_shards import SHARDS, SIZE, content
from winitgen.report.columns import size

INDEX = "model.safetensors.index.json"


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

    assert (
        3,
        "",
        f"winitgen: out/{INDEX} exists and differs from the index of these shards; --force replaces it\n",
    ) == tuple(run)
    assert 0 == winitgen("finalize", "out", "--force", cwd=out.parent).code
    assert content(complete / "out") == content(out)


def test_stale_shards_are_removed_only_by_force(winitgen: Winitgen, complete: Path, out: Path) -> None:
    """Shards of a run with another number of files, by the size of those that are meant; a file of another program is never."""
    stale = out / "model-00002-of-00003.safetensors"
    shutil.copy(out / SHARDS[0], stale)
    run = winitgen("finalize", "out", *SIZE, cwd=out.parent)

    belongs = f"out/{stale.name} belongs to another run, and readers may take it for a part of this model"
    assert (3, "", f"winitgen: {belongs}; --force removes it\n") == tuple(run)
    run = winitgen("finalize", "out", *SIZE, "--check", cwd=out.parent)
    assert (1, "", f"winitgen: {belongs}\n") == tuple(run)
    assert 0 == winitgen("finalize", "out", *SIZE, "--force", cwd=out.parent).code
    assert content(complete / "out") == content(out)
    stale.write_bytes(b"mine")
    run = winitgen("finalize", "out", *SIZE, "--force", cwd=out.parent)
    foreign = "was not written by winitgen, and readers may take it for a part of this model; move it away"
    assert (3, "", f"winitgen: out/{stale.name} {foreign}\n") == tuple(run)


def ranks(winitgen: Winitgen, folder: Path, *numbers: int) -> None:
    """Write shards of a newer run, of two, into the folder of an older one."""
    for number in numbers:
        call = (
            "model.yaml",
            "-o",
            "out/",
            "--rank",
            str(number),
            "--world-size",
            "2",
            *HALF,
            "--seed",
            "4",
            "-q",
        )
        assert 0 == winitgen("init", *call, "--force", cwd=folder.parent).code


HALF = ("--max-shard-size", "16KB")
HALVES = [f"model-{number:05d}-of-00002.safetensors" for number in (1, 2)]


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
@pytest.mark.parametrize("had_index", [True, False])
def test_an_older_run_is_not_taken_for_a_newer_one_that_lacks_a_shard(
    winitgen: Winitgen, complete: Path, out: Path, force: tuple[str, ...], *, had_index: bool
) -> None:
    """Nothing says which is meant, and neither is removed; with its size, the newer one is said to lack its shard."""
    if had_index:
        shutil.copy(complete / "out" / INDEX, out)
    ranks(winitgen, out, 0)
    before = content(out)
    assert {HALVES[0], *SHARDS} == set(before) - {INDEX}

    several = "out holds shards of several runs: 1 of 2 and 4 of 4"
    which = "name the --max-shard-size of the one that is meant, or move the others away"
    assert (1, "", f"winitgen: {several}; {which}\n") == tuple(
        winitgen("finalize", "out", *force, cwd=out.parent)
    )
    run = winitgen("finalize", "out", *force, *HALF, "--world-size", "2", cwd=out.parent)
    missing = f"1 of 2 shards is missing: {HALVES[1]} (--rank 1); run again with --world-size 2: --rank 1"
    assert (1, "", f"winitgen: out: {missing}\n") == tuple(run)
    none = "none was split by this --max-shard-size; give that of the run, or move the others away"
    run = winitgen("finalize", "out", *force, "--max-shard-size", "1KB", cwd=out.parent)
    assert (1, "", f"winitgen: {several}; {none}\n") == tuple(run)
    assert before == content(out)


def test_a_newer_run_over_an_older_one(winitgen: Winitgen, out: Path) -> None:
    """Both are complete; the size says which is meant, and the other one is removed only by force."""
    ranks(winitgen, out, 0, 1)
    run = winitgen("finalize", "out", *HALF, cwd=out.parent)
    belongs = f"out/{SHARDS[0]} belongs to another run, and readers may take it for a part of this model"
    assert (3, "", f"winitgen: {belongs}; --force removes it\n") == tuple(run)
    assert 0 == winitgen("finalize", "out", *HALF, "--force", cwd=out.parent).code

    assert [*HALVES, INDEX] == sorted(content(out))
    assert 0 == winitgen("verify", "out", cwd=out.parent).code


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
