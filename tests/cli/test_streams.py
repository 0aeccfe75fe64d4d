"""Standard streams that are closed, full or redirected, and signals the caller ignores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import ROOT, Run


def shell(command: str, cwd: Path = ROOT) -> Run:
    """Run a shell command in which ``winitgen`` is this version."""
    line = f'winitgen() {{ "{sys.executable}" -m winitgen "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, cwd=cwd, check=False, timeout=60
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("command", ["plan specs/mlp.yaml", "schemes", "--help"])
def test_a_full_standard_output_is_reported_in_one_line(command: str) -> None:
    """The exit code is 3, as for any output that cannot be written."""
    run = shell(f"winitgen {command} > /dev/full")

    assert (3, "", "winitgen: cannot write standard output: No space left on device\n") == run


def test_a_path_that_cannot_be_printed(spec: Path, tmp_path: Path) -> None:
    """The message is about standard output: the file itself is complete."""
    run = shell(f"winitgen init {spec} -q -o {tmp_path}/q.npz > /dev/full")

    assert (3, "", "winitgen: cannot write standard output: No space left on device\n") == run
    assert 0 == shell(f"winitgen verify {tmp_path}/q.npz -q").code


def test_a_closed_standard_output_does_not_stop_the_writing(spec: Path, tmp_path: Path) -> None:
    """The file is written; the table is discarded, and is in no file."""
    run = shell(f"winitgen init {spec} -o {tmp_path}/a.npz >&-")
    quiet = shell(f"winitgen init {spec} -o {tmp_path}/b.npz")

    assert (0, "") == (run.code, run.err)
    assert 0 == quiet.code
    assert (tmp_path / "b.npz").read_bytes() == (tmp_path / "a.npz").read_bytes()


def test_weights_are_not_written_to_a_closed_standard_output(spec: Path) -> None:
    """``-o -`` with a closed standard output is a usage error."""
    run = shell(f"winitgen init {spec} -o - >&-")

    assert (2, "", "winitgen: standard output is closed; name a file\n") == run


def test_a_closed_standard_input_cannot_be_read() -> None:
    """``-`` as SPEC with a closed standard input is a file that cannot be read."""
    run = shell("winitgen plan - <&-")

    assert (2, "", "winitgen: cannot read standard input: it is closed\n") == run


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("into", [">", ">>", "| cat >"])
def test_other_names_of_standard_output(spec: Path, tmp_path: Path, name: str, into: str) -> None:
    """They are ``-``: an existing file that a shell has redirected the stream to is no obstacle, and is not replaced."""
    weights = tmp_path / "w"
    weights.write_text("old")
    os.link(weights, tmp_path / "same")
    before = b"old" if into == ">>" else b""
    run = shell(f"winitgen init {spec} -o {name} {into} {weights}")
    plain = shell(f"winitgen init {spec} -o - > {tmp_path}/plain")
    kept = weights.read_bytes()
    copied = shell(f"winitgen convert {tmp_path}/plain {name} > {weights}")
    converted = weights.read_bytes()
    imported = shell(f"winitgen import {tmp_path}/plain -o {name} > {weights}")

    assert (0, "", 0) == (run.code, run.out, plain.code)
    assert run.err.splitlines()[:-1] == plain.err.splitlines()[:-1]
    assert run.err.splitlines()[-1].startswith("wrote -: ")
    assert before + (tmp_path / "plain").read_bytes() == kept
    assert (0, f"wrote - (safetensors): 4 tensors, {len(converted)} B, with the recipe\n") == (
        copied.code,
        copied.err,
    )
    assert (0, True, True) == (
        imported.code,
        weights.read_bytes()[:1] == b"#",
        weights.samefile(tmp_path / "same"),
    )


def test_the_table_is_never_mixed_with_the_weights(spec: Path, tmp_path: Path) -> None:
    """``-o /dev/stdout`` is another name of standard output, so the table goes to standard error."""
    shell(f"winitgen init {spec} -o {tmp_path}/a.safetensors")
    run = shell(f"winitgen init {spec} -o /dev/stdout --format safetensors | cat > {tmp_path}/b.safetensors")

    assert 0 == run.code
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT], ids=["SIGHUP", "SIGINT"])
def test_a_signal_that_the_caller_ignores_is_ignored(tmp_path: Path, number: int) -> None:
    """Under nohup, and in the background of a script, the run continues."""
    spec = tmp_path / "model.yaml"
    spec.write_text("input: 8192\nlayers:\n  - {name: fc, type: dense, units: 16384}\n")
    name = signal.Signals(number).name.removeprefix("SIG")
    background = f"winitgen init {spec} -o {tmp_path}/w.safetensors --quiet --no-fsync & child=$!"

    run = shell(f"trap '' {name}; {background}; sleep 0.3; kill -{name} $child; wait $child")

    assert (0, "") == (run.code, run.err)
    assert (tmp_path / "w.safetensors").exists()


def test_several_plans_are_one_json_document(spec: Path) -> None:
    """Several specs give a list, one spec only its report."""
    import json

    run = shell(f"winitgen plan {spec} specs/mlp.yaml --json")

    assert [str(spec), "specs/mlp.yaml"] == [report["spec"] for report in json.loads(run.out)]


def test_too_little_memory_is_no_bug(tmp_path: Path) -> None:
    """A matrix that does not fit into memory is told as such, and nothing is left behind."""
    spec = tmp_path / "m.yaml"
    spec.write_text("model: m\ninput: 20000\nlayers:\n  - {type: dense, units: 20000, init: orthogonal}\n")

    run = shell(f"ulimit -v 2000000; winitgen init {spec} -o - > {tmp_path / 'w'}")

    assert (3, "winitgen: not enough memory for this; no output is complete\n") == (run.code, run.err)


def test_a_removed_file(spec: Path, tmp_path: Path) -> None:
    """The descriptor of a removed file receives the weights; nothing appears under the old name."""
    run = shell(
        f"exec 3<>f; rm f; winitgen init {spec} -o /dev/fd/3 --format npz > ../table && cat <&3 > ../w.npz",
        _made(tmp_path / "here"),
    )

    assert (0, "", "") == (run.code, run.out, run.err)
    assert [] == os.listdir(tmp_path / "here")
    with np.load(tmp_path / "w.npz") as arrays:
        assert len(arrays) == 4


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
