"""``winitgen init --rank``: several processes that know nothing of each other write one model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Winitgen
from tests.cli.four_shards import SHARDS, SIZE, SPEC, content
from winitgen.errors import ExistsError
from winitgen.files.output.side_file import write_side_file


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A layer-spec whose model has four shards."""
    path = tmp_path / "model.yaml"
    path.write_text(SPEC)
    return path


@pytest.fixture
def whole(winitgen: Winitgen, spec: Path, tmp_path: Path) -> dict[str, bytes]:
    """The files that one process writes."""
    run = winitgen("init", spec, "-o", f"{tmp_path}/whole/", *SIZE, "--quiet")
    assert (0, "") == (run.code, run.err)
    return content(tmp_path / "whole")


@pytest.mark.parametrize("ranks", [1, 2, 8])
def test_any_number_of_ranks_writes_the_same_bytes(
    winitgen: Winitgen, spec: Path, whole: dict[str, bytes], tmp_path: Path, ranks: int
) -> None:
    """The ranks write the shards, each once and in any order; finalize writes the index."""
    out = tmp_path / "out"
    listed = []
    for rank in reversed(range(ranks)):
        run = winitgen("init", spec, "-o", f"{out}/", *SIZE, "--rank", rank, "--world-size", ranks, "--json")
        assert (0, "") == (run.code, run.err)
        listed += [shard["file"] for shard in json.loads(run.out)["shards"]]
    before = content(out)
    run = winitgen("finalize", out)

    assert [*SHARDS, "model.safetensors.index.json"] == sorted(whole)
    assert SHARDS == sorted(listed) == sorted(before)
    assert (0, "") == (run.code, run.err)
    assert whole == content(out)


def test_the_report_is_of_the_ranks_own_tensors(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The rows are those of the whole report for the tensors in the rank's shards; the command says the rank."""
    whole = winitgen("init", spec, "-o", f"{tmp_path}/whole/", *SIZE, "--json")
    rows = {row["name"]: row for row in json.loads(whole.out)["tensors"]}
    options = ["-o", f"{tmp_path}/out/", *SIZE, "--rank", "1", "--world-size", "2"]
    report = json.loads(winitgen("init", spec, *options, "--json").out)
    planned = json.loads(winitgen("init", spec, *options, "--json", "--dry-run").out)

    assert ["a.bias", "b.weight", "b.bias", "c.weight", "c.bias"] == [
        row["name"] for row in report["tensors"]
    ]
    assert report["tensors"] == [rows[row["name"]] for row in report["tensors"]]
    assert report["totals"]["tensors"] == len(report["tensors"]) < len(rows)
    assert f"{tmp_path}/out/" == report["file"]
    assert report["file_bytes"] == sum(shard["bytes"] for shard in report["shards"])
    assert f"winitgen init {spec} {' '.join(options)}" == report["command"]
    assert [planned[key] for key in ("file", "file_bytes", "shards", "totals", "notes")] == [
        report[key] for key in ("file", "file_bytes", "shards", "totals", "notes")
    ]


def test_a_rank_without_a_shard_says_so(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """There are more ranks than shards."""
    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", *SIZE, "--rank", "6", "--world-size", "8")

    note = "note: rank 6 of 8 has nothing to write: there are fewer shards than ranks\n"
    assert (0, note, "") == tuple(run)


def test_a_billion_ranks(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The number of ranks costs nothing."""
    options = ("--format", "safetensors", "--rank", "5000", "--world-size", "1000000000")
    run = winitgen("init", str(spec), "-o", f"{tmp_path}/w/", *options, "--max-shard-size", "1MB")

    note = "note: rank 5000 of 1000000000 has nothing to write: there are fewer shards than ranks\n"
    assert (0, note, "") == tuple(run)


def test_the_launcher_says_the_rank(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """With --rank auto the variables of torchrun are taken, and named on standard error."""
    out = f"{tmp_path}/out/"
    run = winitgen("init", spec, "-o", out, "--rank", "auto", "-q", RANK="0", WORLD_SIZE="2")
    other = winitgen("init", spec, "-o", out, "--rank", "auto", "-q", RANK="1", WORLD_SIZE="2")

    assert (0, f"{out}\n", "winitgen: --rank auto: rank 0 of 2, by RANK=0 and WORLD_SIZE=2\n") == tuple(run)
    assert (0, "winitgen: --rank auto: rank 1 of 2, by RANK=1 and WORLD_SIZE=2\n") == (other.code, other.err)
    assert ["model.safetensors"] == [path.name for path in Path(out).iterdir()]


def test_without_rank_the_environment_does_not_count(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The variables are set in shells that are no job, too."""
    run = winitgen(
        "init", spec, "-o", f"{tmp_path}/out/", *SIZE, "-q", RANK="1", WORLD_SIZE="2", SLURM_PROCID="x"
    )

    assert (0, "") == (run.code, run.err)
    assert [*SHARDS, "model.safetensors.index.json"] == sorted(content(tmp_path / "out"))


def test_a_rank_that_runs_again_changes_nothing(
    winitgen: Winitgen, spec: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """After the end of the run too: the shards and the index stay as they are."""
    out = tmp_path / "whole"
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    run = winitgen("init", spec, "-o", f"{out}/", *SIZE, "--rank", "0", "--world-size", "2")

    assert (0, "") == (run.code, run.err)
    assert f"2 shards in {out}/ are up to date: they hold exactly these bytes" == run.out.splitlines()[-1]
    assert before == {path: path.stat().st_mtime_ns for path in out.iterdir()}


def test_a_missing_shard_is_written_again_without_the_index(
    winitgen: Winitgen, spec: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """An index over shards of which one is missing is removed, until finalize writes it again."""
    out = tmp_path / "whole"
    (out / SHARDS[0]).unlink()
    run = winitgen("init", spec, "-o", f"{out}/", *SIZE, "--rank", "0", "--world-size", "2", "-q")

    assert (0, "") == (run.code, run.err)
    assert SHARDS == sorted(content(out))
    assert 0 == winitgen("finalize", out).code
    assert whole == content(out)


def test_another_run_is_replaced_only_by_force(
    winitgen: Winitgen, spec: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """The message names the shard and the difference; with --force the index goes first."""
    out = tmp_path / "whole"
    call = ["init", spec, "-o", f"{out}/", *SIZE, "--rank", "0", "--world-size", "2", "--seed", "4", "-q"]
    run = winitgen(*call)

    first = f"winitgen: {out}/{SHARDS[0]} exists and differs: its seed is 3, not 4; --force replaces it\n"
    assert (3, "", first) == tuple(run)
    assert whole == content(out)
    assert 0 == winitgen(*call, "--force").code
    assert SHARDS == sorted(content(out))


def test_an_index_of_another_model_is_replaced_only_by_force(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """It would make readers take the rank's shards for a part of that model."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "model.safetensors.index.json").write_text("{}")
    call = ["init", spec, "-o", f"{out}/", *SIZE, "--rank", "0", "--world-size", "2", "-q"]
    run = winitgen(*call)

    why = "exists and differs from the index of these shards; --force replaces it"
    assert (3, "", f"winitgen: {out}/model.safetensors.index.json {why}\n") == tuple(run)
    assert ["model.safetensors.index.json"] == list(content(out))
    assert 0 == winitgen(*call, "--force").code
    assert "model.safetensors.index.json" not in content(out)


def test_check_looks_at_the_ranks_own_shards(
    winitgen: Winitgen, spec: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """A missing shard of another rank is that rank's."""
    out = tmp_path / "whole"
    (out / SHARDS[0]).unlink()
    call = ["init", spec, "-o", f"{out}/", *SIZE, "--world-size", "2", "--check", "-q", "--rank"]

    assert (0, f"{out}/\n", "") == tuple(winitgen(*call, "1"))
    assert (1, "", f"winitgen: {out}/{SHARDS[0]} does not exist\n") == tuple(winitgen(*call, "0"))


def test_twins_of_a_rank_do_no_harm(
    spec: Path, whole: dict[str, bytes], tmp_path: Path, winitgen: Winitgen
) -> None:
    """Three of each of two ranks at once: all succeed, the bytes are the same."""
    out = tmp_path / "out"
    call = [
        sys.executable,
        "-m",
        "winitgen",
        "init",
        str(spec),
        "-o",
        f"{out}/",
        *SIZE,
        "--world-size",
        "2",
        "-q",
    ]
    runs = [
        subprocess.Popen([*call, "--rank", str(number % 2)], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for number in range(6)
    ]
    ends = [(run.communicate(timeout=60)[1], run.returncode) for run in runs]

    assert [0] * 6 == [code for _, code in ends], ends
    assert 0 == winitgen("finalize", out).code
    assert whole == content(out)


CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}


def test_every_rank_writes_the_config(winitgen: Winitgen, tmp_path: Path) -> None:
    """The config.json stands beside the shards, byte for byte, whichever rank is first."""
    source, out = tmp_path / "config.json", tmp_path / "llama"
    source.write_text(json.dumps(CONFIG, indent=5))
    options = ["--max-shard-size", "200KB", "-q"]
    for rank in (1, 0):
        run = winitgen("init", source, "-o", f"{out}/", *options, "--rank", rank, "--world-size", "2")
        assert (0, "", source.read_text()) == (run.code, run.err, (out / "config.json").read_text())
    winitgen("finalize", out)
    winitgen("init", source, "-o", f"{tmp_path}/whole/", *options)

    assert len(content(out)) > 3
    assert content(tmp_path / "whole") == content(out)


def test_a_small_file_that_appears_is_fine_if_it_is_the_same(tmp_path: Path) -> None:
    """Another process writes the config between the look and the writing."""
    path = tmp_path / "config.json"
    path.write_bytes(b"{}")

    write_side_file(str(path), b"{}", replace=False)
    with pytest.raises(ExistsError) as refused:
        write_side_file(str(path), b"[]", replace=False)

    assert f"{path} appeared while it was being written; --force replaces it" == str(refused.value)
    assert b"{}" == path.read_bytes()
