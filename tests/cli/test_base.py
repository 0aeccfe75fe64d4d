"""``winitgen init --base`` and ``verify --base`` as whole processes: what is printed, and the exit codes."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen

DRAWN = "note: 2 tensors are drawn, and 2 tensors are copied from "


@pytest.fixture
def base(winitgen: Winitgen, spec: Path, tmp_path: Path) -> Path:
    """Weights of the layer-spec with another seed, without a recipe."""
    import safetensors.numpy

    path = tmp_path / "trained.safetensors"
    winitgen("init", spec, "-o", path, "--seed", "5")
    arrays = safetensors.numpy.load_file(path)
    safetensors.numpy.save_file(arrays, path)
    return path


def test_the_table_says_what_is_copied(winitgen: Winitgen, spec: Path, base: Path, tmp_path: Path) -> None:
    """A second run has nothing to do, and so has --check."""
    call = ["init", spec, "-o", tmp_path / "new.npz", "--base", base, "--only", "out.*"]
    run = winitgen(*call)
    head, *rows = run.out.splitlines()

    assert (0, "") == (run.code, run.err)
    assert "tensor      shape  dtype    scheme " in head
    assert ["fc.weight   4x3    float32  copied", "fc.bias     4      float32  copied"] == [
        row.rstrip() for row in rows[:2]
    ]
    assert rows[2].startswith("out.weight  2x4    float32  xavier_normal std = sqrt(2/(4+2)) = 0.5774 ")
    assert f"{DRAWN}{base}" in rows
    assert rows[-1].startswith(f"wrote {tmp_path}/new.npz: ")
    assert winitgen(*call).out.endswith("new.npz is up to date: it holds exactly these bytes\n")
    assert 0 == winitgen(*call, "--check").code


def test_a_dry_run_lists_both(winitgen: Winitgen, spec: Path, base: Path, tmp_path: Path) -> None:
    """Without an output too; a folder of shards is listed."""
    call = ["init", spec, "--base", base, "--except", "fc.*", "--dry-run"]
    run = winitgen(*call)

    assert (0, "") == (run.code, run.err)
    assert [
        ["fc.weight", "4x3", "float32", "copied", "base", str(base)],
        ["fc.bias", "4", "float32", "copied", "base", str(base)],
    ] == [row.split() for row in run.out.splitlines()[1:3]]
    shards = winitgen(*call, "-o", f"{tmp_path}/new/", "--max-shard-size", "0.05KB")
    assert "model-00003-of-00003.safetensors: " in shards.out
    assert shards.out.endswith("nothing was written\n")
    assert not (tmp_path / "new").exists()


def test_the_report_reproduces_the_call(winitgen: Winitgen, spec: Path, base: Path, tmp_path: Path) -> None:
    """Every form of it has the copied rows; JSON says what was done with the base."""
    reports = [tmp_path / f"r.{form}" for form in ("json", "md", "html")]
    options = [word for report in reports for word in ("--report", report)]
    call = ["init", spec, "-o", tmp_path / "new.npz", "--base", base, "--only", "out.*", "--only", "fc.bias"]
    run = winitgen(*call, "--add", *options)
    report = json.loads(reports[0].read_text())

    assert (0, "") == (run.code, run.err)
    assert (
        shlex.join(
            [
                *("winitgen", "init", str(spec), "-o", f"{tmp_path}/new.npz", "--base", str(base)),
                *("--only", "out.*", "--only", "fc.bias", "--add"),
            ]
        )
        == report["command"]
    )
    assert {"file": str(base), "copied": 1, "added": [], "extra": [], "dropped": []} == report["base"]
    assert ["copied", "constant", "xavier_normal", "zeros"] == [row["scheme"] for row in report["tensors"]]
    assert None is report["tensors"][0]["measured"]
    assert all("copied" in one.read_text() for one in reports)


def test_verify_says_how(winitgen: Winitgen, spec: Path, base: Path, tmp_path: Path) -> None:
    """By the digest, with the base, and with the layer-spec; a base that is another one differs."""
    path = tmp_path / "new.safetensors"
    winitgen("init", spec, "-o", path, "--base", base, "--only", "out.*", "-q")
    alone, compared = winitgen("verify", path), winitgen("verify", path, spec, "--base", base)
    other = winitgen("verify", path, "--base", path)

    assert (0, 0, 0) == (alone.code, compared.code, other.code)
    assert [
        "4 tensors, 26 values, 104 B, seed 0, torch layout",
        "note: 2 tensors are copied, with the digest that the recipe has; --base FILE compares with the base itself",
    ] == alone.out.splitlines()[:2]
    assert f"note: 2 tensors are copied, bit for bit from {base}" == compared.out.splitlines()[1]
    assert (
        "note: 2 of its tensors are drawn, and 2 copied; only its own recipe says which, and --expect HASH proves it"
        == compared.out.splitlines()[2]
    )
    assert compared.out.splitlines()[3].startswith(
        f"verified {path} (safetensors): drawn again or compared, bit for bit, 104 B in "
    )
    claimed = (
        "its recipe says that 2 tensors are copied, which the spec does not say; --base FILE compares them with that file, "
        "and --expect HASH accepts this recipe"
    )
    assert (1, "", f"{path}: {claimed}\n") == winitgen("verify", path, spec)
    winitgen("init", spec, "-o", base, "--force", "--seed", "6")
    differs = winitgen("verify", path, "--base", base)
    assert (1, f"{path}: fc.weight is copied, but that of {base} differs\n") == (differs.code, differs.err)


def test_mistakes_are_lines(winitgen: Winitgen, spec: Path, base: Path, tmp_path: Path) -> None:
    """A mistake of a layer-spec has exit code 2, as has one of the call."""
    call = ["init", spec, "-o", tmp_path / "new.npz", "--base", base]
    pattern = winitgen(*call, "--only", "uot.*")
    place = winitgen(*call, "--only", "out.*", "--set", "n=5")
    conflict = winitgen(*call, "--only", "out.*", "--except", "fc.*")
    statistics = winitgen("verify", base, spec, "--statistics", "--base", base)

    assert (2, "--only: no tensor is called 'uot.*'; `winitgen plan` lists the tensors\n") == (
        pattern.code,
        pattern.err,
    )
    assert (
        f"{spec}:5:5: layers[0]: fc.weight: that of {base} has the shape [4, 3], not [5, 3]; correct the shape, or "
        "draw it with --only fc.weight\n"
        f"{spec}:5:5: layers[0]: fc.bias: that of {base} has the shape [4], not [5]; correct the shape, or draw it "
        "with --only fc.bias\n"
    ) == place.err
    assert (2, "winitgen: --only says what is drawn, and --except what is copied; use one\n") == (
        conflict.code,
        conflict.err,
    )
    assert (
        2,
        "winitgen: --statistics copies nothing, so that it has no use for --base; use one\n",
    ) == (statistics.code, statistics.err)
    assert not (tmp_path / "new.npz").exists()


def test_a_report_does_not_replace_the_base(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """The index of its shards ends as a report may."""
    index = tmp_path / "model.safetensors.index.json"
    index.write_text("{}")
    run = winitgen("init", spec, "--dry-run", "--base", index, "--only", "out.*", "--report", index)

    assert 2 == run.code
    assert f"winitgen: {index}: the report would replace the base; give it another name\n" == run.err
    assert "{}" == index.read_text()


def test_the_help_lists_the_options_under_values(winitgen: Winitgen) -> None:
    """They decide what the values are."""
    values = winitgen("init", "--help").out.partition("\nValues:\n")[2].partition("\n\n")[0]

    assert {"--base FILE", "--only PATTERN", "--except PATTERN", "--add"} <= {
        line.strip().split("  ")[0] for line in values.splitlines()
    }
