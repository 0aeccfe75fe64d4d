"""``winitgen init`` with shards as whole processes: what is printed, the exit codes, and the commands that read them."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.faults.verdicts import leftover_line

SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
INDEX = "model.safetensors.index.json"
LIMIT = ["--max-shard-size", "0.05KB"]
"""Divides 48, 16, 32 and 8 bytes into three."""


def test_the_last_lines_name_the_shards(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The files, their bytes and tensors, and how many there are."""
    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT)
    *_, one, two, three, last = run.out.splitlines()
    sizes = [os.path.getsize(tmp_path / "out" / name) for name in SHARDS]
    shown = [f"{size} B" if size < 1000 else f"{size / 1000:.3g} kB" for size in sizes]

    assert (0, "") == (run.code, run.err)
    assert f"{SHARDS[0]}: {shown[0]}, 1 tensor" == one
    assert f"{SHARDS[1]}: {shown[1]}, 2 tensors" == two
    assert f"{SHARDS[2]}: {shown[2]}, 1 tensor" == three
    assert last.startswith(f"wrote {tmp_path}/out/{INDEX} and 3 shards: ")


def test_a_second_run_says_that_nothing_is_to_do(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """So does --check, with exit code 0; without the shards it is 1."""
    out = f"{tmp_path}/out/"
    absent = winitgen("init", spec, "-o", out, *LIMIT, "--check")
    assert (1, "", f"winitgen: {out}{SHARDS[0]} does not exist\n") == absent
    winitgen("init", spec, "-o", out, *LIMIT)

    for options in ([], ["--check"], ["--force"]):
        run = winitgen("init", spec, "-o", out, *LIMIT, *options)
        assert (0, "") == (run.code, run.err)
        assert (
            f"{out}{INDEX} and 3 shards are up to date: they hold exactly these bytes"
            == (run.out.splitlines()[-1])
        )


def test_a_dry_run_lists_shards_and_bytes(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The lines are those of the run that follows, and nothing is written."""
    dry = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT, "--dry-run")
    assert [] == list(tmp_path.glob("out*"))
    real = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT)
    total = sum(path.stat().st_size for path in (tmp_path / "out").iterdir())

    assert (0, "") == (dry.code, dry.err)
    assert dry.out.splitlines()[-4:-1] == real.out.splitlines()[-4:-1]
    assert dry.out.splitlines()[-1] == (
        f"dry run: {tmp_path}/out/{INDEX} and 3 shards would have {total:,} bytes; nothing was written"
    )


def test_quiet_prints_the_path_to_open(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """That is the index, or the only file."""
    assert (0, f"{tmp_path}/out/{INDEX}\n", "") == winitgen(
        "init", spec, "-o", f"{tmp_path}/out/", *LIMIT, "--quiet"
    )
    assert (0, f"{tmp_path}/one/model.safetensors\n", "") == winitgen(
        "init", spec, "-o", f"{tmp_path}/one/", "--max-shard-size", "1KB", "--quiet"
    )


def test_one_file_is_called_by_its_name_alone(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A model that fits one shard has no index, and the last line counts no shards."""
    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", "--max-shard-size", "1KB")

    assert run.out.splitlines()[-1].startswith(f"wrote {tmp_path}/out/model.safetensors: ")
    assert ["model.safetensors"] == os.listdir(tmp_path / "out")


def test_json_lists_the_shards(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The entry ``shards`` has each file with its bytes and tensors, and the command can be run again."""
    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT, "--shard-name", "m.fp16", "--json")
    found = json.loads(run.out)
    names = [f"m.fp16-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]

    assert [
        {"file": name, "bytes": os.path.getsize(tmp_path / "out" / name), "tensors": count}
        for name, count in zip(names, (1, 2, 1), strict=True)
    ] == found["shards"]
    assert f"{tmp_path}/out/m.safetensors.index.fp16.json" == found["file"]
    assert found["command"] == (
        f"winitgen init {spec} -o {tmp_path}/out/ --max-shard-size 0.05KB --shard-name m.fp16"
    )


@pytest.mark.parametrize("ending", ["json", "md", "html"])
def test_reports_are_written_beside(winitgen: Winitgen, spec: Path, tmp_path: Path, ending: str) -> None:
    """A report lists the shards, and the digests are those of one file."""
    report = tmp_path / f"report.{ending}"
    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT, "--report", report, "--digest")
    single = winitgen("init", spec, "-o", tmp_path / "w.safetensors", "--digest")
    digests = [line for line in run.out.splitlines() if " digest: " in line]

    assert (0, "") == (run.code, run.err)
    text = html.unescape(re.sub(r"<wbr/?>|\\", "", report.read_text()))
    assert all(name in text for name in SHARDS)
    assert 2 == len(digests)
    assert digests == [line for line in single.out.splitlines() if " digest: " in line]


def test_keras_has_an_index_over_one_shard(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Keras always writes both files."""
    run = winitgen("init", spec, "-o", tmp_path / "w.weights.json", "--layout", "keras")

    assert run.out.splitlines()[-1].startswith(f"wrote {tmp_path}/w.weights.json and 1 shard: ")
    assert {"w.weights.json", "w_00000.weights.h5", "model.yaml"} == set(os.listdir(tmp_path))


@pytest.mark.parametrize("out", ["out/", "out/model.safetensors.index.json"])
def test_other_commands_read_the_shards(winitgen: Winitgen, spec: Path, tmp_path: Path, out: str) -> None:
    """By the folder or by the index."""
    winitgen("init", spec, "-o", f"{tmp_path}/{out}", *LIMIT)
    winitgen("init", spec, "-o", tmp_path / "w.npz")

    shown = winitgen("inspect", f"{tmp_path}/{out}", "--header").out
    assert "shards 3" in shown
    assert winitgen("verify", f"{tmp_path}/{out}").out.startswith("4 tensors, 26 values, 104 B")
    assert (0, "4 tensors equal in all bits\n", "") == winitgen(
        "diff", f"{tmp_path}/{out}", tmp_path / "w.npz"
    )


def test_a_config_stands_beside_shards_of_safetensors(winitgen: Winitgen, tmp_path: Path) -> None:
    """A library that reads them looks for it; Keras does not."""
    config = tmp_path / "bert.json"
    config.write_text('{"model_type": "bert"}')
    hub = winitgen("init", config, "--shrink", "-o", f"{tmp_path}/hub/", "--max-shard-size", "100KB", "-q")
    keras = winitgen(
        *("init", config, "--shrink", "--layout", "keras", "-o", f"{tmp_path}/keras/w.weights.json", "-q")
    )

    assert (0, f"{tmp_path}/hub/{INDEX}\n") == (hub.code, hub.out)
    assert (0, f"{tmp_path}/keras/w.weights.json\n") == (keras.code, keras.out)
    assert {"config.json", INDEX} < set(os.listdir(tmp_path / "hub"))
    assert ["w.weights.json", "w_00000.weights.h5"] == sorted(os.listdir(tmp_path / "keras"))


def test_leftovers_of_a_killed_run(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Temporary files of the shards and of the index are reported, those of other models are not."""
    (tmp_path / "out").mkdir()
    names = [f".{SHARDS[1]}.winitgen-0123456789ab.tmp", f".{INDEX}.winitgen-0123456789ab.tmp"]
    for name in (*names, ".other.safetensors.winitgen-0123456789ab.tmp"):
        (tmp_path / "out" / name).touch()
    two = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT)
    (tmp_path / "out" / names[1]).unlink()
    one = winitgen("init", spec, "-o", f"{tmp_path}/out/", *LIMIT)

    first = f"{tmp_path}/out/{names[0]}"
    assert (0, leftover_line(first, 2)) == (two.code, two.err)
    assert (0, leftover_line(first, 1)) == (one.code, one.err)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(
            ["-o", "-", *LIMIT],
            "--max-shard-size makes several files; name a folder, as in out/, or an index, as in model.safetensors.index.json, not -",
            id="a pipe",
        ),
        pytest.param(
            ["-o", "w.npz", *LIMIT],
            "--max-shard-size makes several files; name a folder, as in w.npz/, or an index, as in model.safetensors.index.json, not w.npz",
            id="a file",
        ),
        pytest.param(
            ["-o", "out/", "--max-shard-size", "5GiB"],
            "--max-shard-size takes a size such as 5GB, 500MB or 1.5TB, not '5GiB'",
            id="a size",
        ),
        pytest.param(
            ["-o", "w.weights.json"],
            "keras-h5 is Keras's own file and needs '--layout keras'; '.h5' is plain HDF5",
            id="a layout",
        ),
    ],
)
def test_refusals(winitgen: Winitgen, spec: Path, tmp_path: Path, options: list[str], message: str) -> None:
    """One line, exit code 2, and nothing written."""
    assert (2, "", f"winitgen: {message}\n") == winitgen(
        "init", spec, *options, cwd=tmp_path, PYTHONPATH=os.getcwd()
    )
    assert ["model.yaml"] == os.listdir(tmp_path)
