"""What ``init`` and ``plan`` refuse: one line each, the right exit code, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen

CALLS = {
    "no output": (
        ["init", "SPEC"],
        "winitgen: no output; name it with -o OUT, or see the plan with --dry-run\n",
    ),
    "an ending nobody knows": (
        ["init", "SPEC", "-o", "w.safetensor"],
        "winitgen: w.safetensor: unknown ending '.safetensor'; did you mean '.safetensors'?\n",
    ),
    "a format nobody knows": (
        ["init", "SPEC", "-o", "w", "--format", "numpy"],
        "winitgen: unknown format 'numpy'; did you mean 'npy'?\n",
    ),
    "Keras's own file": (
        ["init", "SPEC", "-o", "w.weights.h5"],
        ("winitgen: keras-h5 is Keras's own file and needs '--layout keras'; '.h5' is plain HDF5\n"),
    ),
    "a zip down a pipe": (
        ["init", "SPEC", "-o", "-", "--format", "npz"],
        "winitgen: npz cannot be written to standard output; npy and safetensors can\n",
    ),
    "a layout nobody knows": (
        ["plan", "SPEC", "--layout", "troch"],
        "winitgen: unknown layout 'troch'; did you mean 'torch'?\n",
    ),
    "a variable that is not there": (
        ["plan", "SPEC", "--set", "m=3"],
        "winitgen: the spec has no variable 'm' in 'vars'\n",
    ),
    "a setting without a number": (
        ["plan", "SPEC", "--set", "n"],
        "winitgen: --set takes VAR=VALUE, such as d=128 or bias=false, not 'n'\n",
    ),
    "a variable given twice": (
        ["init", "SPEC", "-o", "w.npz", "--set", "n=3", "--set", "n=4"],
        "winitgen: --set gives 'n' twice; give each variable once\n",
    ),
    "a variable given twice alike": (
        ["plan", "SPEC", "--set", "n=3", "--set", "n=3"],
        "winitgen: --set gives 'n' twice; give each variable once\n",
    ),
    "a number replaced by text": (
        ["plan", "SPEC", "--set", "n=many"],
        "winitgen: the variable 'n' is a number in the spec; 'many' cannot replace it\n",
    ),
    "a report of an unknown kind": (
        ["init", "SPEC", "-o", "w.npz", "--report", "r.txt"],
        "winitgen: r.txt: a report ends in .json, .md, .html\n",
    ),
    "quiet and JSON": (
        ["init", "SPEC", "-o", "w.npz", "--quiet", "--json"],
        "winitgen: --quiet and --json both say what is printed; use one\n",
    ),
    "quiet and a digest": (
        ["init", "SPEC", "-o", "w.npz", "--quiet", "--digest"],
        "winitgen: --quiet prints only the path, so the --digest is not shown; use one, or add --report\n",
    ),
    "a check of a pipe": (
        ["init", "SPEC", "-o", "-", "--check"],
        "winitgen: --check compares a file that exists; it does not go with --dry-run or -o -\n",
    ),
    "an output over the spec": (
        ["init", "SPEC", "-o", "SPEC", "--format", "npz", "--force"],
        "winitgen: SPEC: the output would replace the layer-spec; give it another name\n",
    ),
    "an output without a name": (
        ["init", "SPEC", "-o", "", "--format", "npz"],
        "winitgen: the output has no name; name a file, or a folder by a slash at its end\n",
    ),
    "a dry run of a zip down a pipe": (
        ["init", "SPEC", "-o", "-", "--format", "npz", "--dry-run"],
        "winitgen: npz cannot be written to standard output; npy and safetensors can\n",
    ),
    "a report inside the output": (
        ["init", "SPEC", "-o", "folder/", "--report", "folder/index.json"],
        "winitgen: folder/index.json: the folder of the report does not exist\n",
    ),
    "a spec that is not there": (
        ["plan", "no.yaml"],
        "winitgen: cannot read no.yaml: No such file or directory\n",
    ),
    "a spec that is a folder": (["plan", "."], "winitgen: cannot read .: Is a directory\n"),
}


@pytest.mark.parametrize(("args", "message"), CALLS.values(), ids=CALLS)
def test_a_wrong_call_is_refused(
    winitgen: Winitgen, spec: Path, tmp_path: Path, args: list[str], message: str
) -> None:
    """The exit code is 2, standard output is empty, and nothing is written."""
    run = winitgen(*(str(spec) if arg == "SPEC" else arg for arg in args), cwd=tmp_path)

    assert (2, "", message.replace("SPEC", str(spec))) == run
    assert [spec] == list(tmp_path.iterdir())


def test_a_report_never_replaces_the_spec_or_the_output(
    winitgen: Winitgen, spec: Path, tmp_path: Path
) -> None:
    """A report with the name of the spec or of the output is refused before anything is read."""
    named = spec.rename(tmp_path / "model.json")

    over_spec = winitgen("init", named, "-o", tmp_path / "w.npz", "--report", named)
    over_output = winitgen(
        "init", named, "-o", tmp_path / "w.json", "--format", "npz", "--report", tmp_path / "w.json"
    )

    advice = "give it another name"
    assert (2, "", f"winitgen: {named}: the report would replace the layer-spec; {advice}\n") == over_spec
    assert (
        2,
        "",
        f"winitgen: {tmp_path / 'w.json'}: the report would replace the output; {advice}\n",
    ) == over_output
    assert [named] == list(tmp_path.iterdir())


def test_a_report_has_a_file_of_its_own(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A folder, the same report twice, and a hard link to the spec are refused before anything is drawn."""
    (tmp_path / "d.json").mkdir()
    (tmp_path / "l.json").hardlink_to(spec)

    def refusal(*reports: str, code: int = 2) -> str:
        options = [word for report in reports for word in ("--report", report)]
        run = winitgen("init", spec, "-o", "w.npz", *options, cwd=tmp_path)
        assert (code, "", False) == (run.code, run.out, (tmp_path / "w.npz").exists())
        return run.err

    assert "winitgen: cannot write d.json: it is a folder\n" == refusal("d.json", code=3)
    twice = "winitgen: ./r.md: the report would replace another report, r.md; give it another name\n"
    assert twice == refusal("r.md", "./r.md")
    assert "winitgen: l.json: the report would replace the layer-spec; give it another name\n" == refusal(
        "l.json"
    )


def test_a_report_is_never_inside_the_output(winitgen: Winitgen, spec: Path, tmp_path: Path) -> None:
    """A folder of weights contains only its own files; with a report in it, it could not be replaced."""
    winitgen("init", spec, "-o", f"{tmp_path}/out/")

    run = winitgen("init", spec, "-o", f"{tmp_path}/out/", "--report", tmp_path / "out/report.json")

    message = f"{tmp_path}/out/report.json: the report would be inside the output; write it beside it"
    assert (2, "", f"winitgen: {message}\n") == run


def test_all_mistakes_of_a_spec_are_reported_at_once(winitgen: Winitgen, tmp_path: Path) -> None:
    """Each mistake has its own line, with its location; the exit code is 2 and nothing is written."""
    spec = tmp_path / "bad.yaml"
    spec.write_text(
        "input: 784\nlayers:\n  - {type: dense, units: 0}\n  - {type: dense, units: 5, activation: rellu}\n"
    )

    run = winitgen("init", spec, "-o", tmp_path / "w.npz")

    assert (2, "") == run[:2]
    assert [
        f"{spec}:3:26: layers[0].units: expected a whole number from 1 to 2^40, not 0",
        f"{spec}:4:41: layers[1].activation: unknown activation 'rellu'; did you mean 'relu'?",
    ] == run.err.splitlines()
    assert [spec] == list(tmp_path.iterdir())


def test_mistakes_become_annotations_of_a_pull_request(winitgen: Winitgen, tmp_path: Path) -> None:
    """--error-format github prints workflow commands, escaped as GitHub requires."""
    spec = tmp_path / "100%.yaml"
    spec.write_text("input: 784\nlayers:\n  - {type: dense, units: 0}\n")

    run = winitgen("plan", spec, "--error-format", "github")

    location = str(spec).replace("%", "%25")
    message = "layers[0].units: expected a whole number from 1 to 2^40, not 0"
    assert (2, "", f"::error file={location},line=3,col=26,title=winitgen::{message}\n") == run


def test_a_file_name_cannot_control_the_terminal(winitgen: Winitgen, tmp_path: Path) -> None:
    """Control characters in a name are printed in escaped form."""
    run = winitgen("plan", "\x1b[31mred\n.yaml", cwd=tmp_path)

    assert "winitgen: cannot read \\x1b[31mred\\n.yaml: No such file or directory\n" == run.err
