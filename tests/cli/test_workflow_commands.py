"""Names that a pipeline would obey, and streams that cannot take what is said."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import ROOT, Winitgen
from winitgen.cli.workflow_commands import EscapingStream, MessageStream, escaped

NAMES = (
    "::add-mask::e",
    "::error file=app.py,line=1::text",
    "##vso[task.setvariable variable=a]b",
    "##[group]g",
)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A file of tensors that are called like commands of GitHub's runner and Azure's agent."""
    path = tmp_path / "w.npz"
    np.savez(path, **{name: np.ones(number + 2, "f") for number, name in enumerate(NAMES)})
    return path


def obeyed(text: str) -> list[str]:
    """Return the lines that a runner obeys: those that begin with two colons, or have ``##vso[`` or ``##[``."""
    return [
        line
        for line in text.splitlines()
        if line.lstrip().startswith("::") or "##vso[" in line or "##[" in line
    ]


@pytest.mark.parametrize("options", [(), ("--json",), ("--header",)])
def test_a_name_is_no_command(winitgen: Winitgen, weights: Path, options: tuple[str, ...]) -> None:
    """No command of a runner leaves the tool, in a table or in JSON."""
    run = winitgen("inspect", weights, *options)

    assert 0 == run.code
    assert [] == obeyed(run.out + run.err)
    assert "add-mask" in run.out


def test_json_gives_the_names_back(winitgen: Winitgen, weights: Path) -> None:
    """The escapes are those of JSON."""
    report = json.loads(winitgen("inspect", weights, "--json").out)

    assert set(NAMES) == {tensor["name"] for tensor in report["tensors"]}


def test_a_difference_is_no_command(winitgen: Winitgen, weights: Path, tmp_path: Path) -> None:
    """The lines of ``diff`` begin with names."""
    other = tmp_path / "o.npz"
    np.savez(other, **{name: np.zeros(number + 2, "f") for number, name in enumerate(NAMES)})

    run = winitgen("diff", weights, other)

    assert 1 == run.code
    assert [] == obeyed(run.out + run.err)
    assert all(name[2:] in run.out + run.err for name in NAMES)


def test_a_path_is_no_command(winitgen: Winitgen, tmp_path: Path) -> None:
    """A message begins with the path of a file."""
    (tmp_path / "::x").write_text("model: m\nlayers: 3\n")

    run = winitgen("plan", "::x", cwd=tmp_path)

    assert 2 == run.code
    assert r"\u003a:x:2:9: layers: expected a list of one or more layers, not 3" == run.err.strip()


def test_annotations_are_commands(winitgen: Winitgen) -> None:
    """What ``--error-format github`` prints is meant to be obeyed."""
    run = winitgen("plan", "nothere.yaml", "--error-format", "github")

    assert "::error title=winitgen::cannot read nothere.yaml: No such file or directory\n" == run.err


def test_an_annotation_holds_no_other_command(winitgen: Winitgen, tmp_path: Path) -> None:
    """Neither the name of the file nor a key in it is obeyed by another pipeline's agent."""
    (tmp_path / "##[b]s.yaml").write_text("'##vso[task.complete]k': 1\nlayers: 3\n")
    run = winitgen("plan", "##[b]s.yaml", "--error-format", "github", cwd=tmp_path)

    begin = r"::error file=\u0023#[b]s.yaml,line=%d,col=%d,title=winitgen::"
    key = r"\u0023#vso[task.complete]k"
    keys = "model, winitgen, seed, dtype, layout, input, outputs, vars, defaults, rules, layers"
    assert [
        begin % (1, 1) + f"{key}: a layer-spec has no key '{key}'; its keys are {keys}",
        begin % (2, 9) + "layers: expected a list of one or more layers, not 3",
    ] == run.err.splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::a", r"\u003a:a"),
        ("  ::a\nb::c\n\t::d", "  \\u003a:a\nb::c\n\t\\u003a:d"),
        ("x ##vso[a]", r"x \u0023#vso[a]"),
        ("###[a] ## b", r"\u0023\u0023#[a] ## b"),
        (": :", ": :"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    """Two colons or hashes are escaped at the beginning of a line, two hashes before a bracket everywhere."""
    assert expected == escaped(text)


class Lines:
    """A stream that keeps what is written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep the text."""
        self.text += text
        return len(text)


def test_a_line_in_pieces() -> None:
    """Two colons within a line stay, wherever the line is cut into pieces; after blanks they are escaped."""
    kept = Lines()
    stream = EscapingStream(kept)

    stream.writelines(["a", "::b\n", "  ", "::c", "::d", "\n::e\n"])

    assert "a::b\n  \\u003a:c::d\n\\u003a:e\n" == kept.text


class Full:
    """A stream on a device without room."""

    def write(self, text: str) -> int:
        """Fail."""
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        """Fail."""
        raise OSError(28, "No space left on device")


def test_a_message_stream_never_fails() -> None:
    """Standard error that takes nothing is no failure."""
    stream = MessageStream(Full())

    assert 3 == stream.write("abc")
    stream.flush()


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (2, ["verify", "nothere.safetensors"]),
        (2, ["plan", "nothere.yaml", "--error-format", "github"]),
        (2, ["plan", "--nothere"]),
        (3, ["init", "specs/mlp.yaml", "-o", "nothere/w.npz"]),
    ],
)
def test_failing_to_tell_changes_no_code(code: int, arguments: list[str]) -> None:
    """The exit code is that of the refusal, although the message cannot be printed."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "winitgen", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )

    assert (code, b"") == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000 + "\n",
        "\n" * 100_000,
        "\n \t" * 100_000,
        " " * 100_000 + ":",
        "##" + "a" * 100_000 + "\n",
    ],
    ids=["a word", "line ends", "blank lines", "blanks", "a word behind hashes"],
)
def test_long_names_cost_little(text: str) -> None:
    """A name or a text of a file's metadata may be as long as the file: within the 5 s that any small file may take."""
    begin = time.process_time()
    EscapingStream(io.StringIO()).write(text)

    assert time.process_time() - begin < 5
