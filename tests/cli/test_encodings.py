"""Streams that are not UTF-8: names in them are neither obeyed nor lost."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import ROOT, Winitgen
from tests.cli.in_process import run_here
from winitgen.cli.workflow_commands import EscapingStream, MessageStream, ResultStream

ASCII = ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
"""What makes the streams of a process ASCII."""


@pytest.mark.parametrize("environment", ASCII)
def test_a_message_on_an_ascii_stream(winitgen: Winitgen, environment: dict[str, str]) -> None:
    """A message is escaped as on any other stream: what pipelines obey, and what ASCII does not have."""
    run = winitgen("verify", "::add-mask::x é ##vso[y].npz", **environment)

    # what is not ASCII in the arguments of a process depends on the locale, too
    assert 2 == run.code
    assert run.err.startswith("winitgen: cannot read ::add-mask::x ")
    assert run.err.endswith(" \\u0023#vso[y].npz: No such file or directory\n")
    assert run.err.isascii()


@pytest.mark.parametrize("environment", ASCII)
def test_a_spec_on_an_ascii_stream(winitgen: Winitgen, environment: dict[str, str], tmp_path: Path) -> None:
    """A message that begins with a path does not begin a line with two colons."""
    (tmp_path / "::x").write_text("model: m\nlayers: 3\n")

    run = winitgen("plan", "::x", cwd=tmp_path, **environment)

    assert (2, "", "\\u003a:x:2:9: layers: expected a list of one or more layers, not 3\n") == run


def test_a_path_for_a_script_on_an_ascii_stream(tmp_path: Path) -> None:
    """``--quiet`` prints the bytes of the path, whatever the encoding."""
    (tmp_path / "m.yaml").write_text("input: 3\nlayers: [{name: fc, type: dense, units: 2}]\n")

    run = run_here("init", "m.yaml", "-o", "é.npz", "-q", cwd=tmp_path, encoding="ascii")

    assert (0, "é.npz\n".encode().decode("latin-1"), "") == run


@pytest.mark.parametrize("environment", ASCII)
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_click_prints_through_the_guard(environment: dict[str, str], option: str) -> None:
    """What click prints itself is written to the same stream: that it cannot be written is said of standard output."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "winitgen", option],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (3, b"winitgen: cannot write standard output: No space left on device\n") == (
        done.returncode,
        done.stderr,
    )


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1", "cp1252"])
@pytest.mark.parametrize("kind", [MessageStream, ResultStream])
def test_no_encoding_lets_click_write_around_the_guard(
    encoding: str, kind: type[EscapingStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is what click writes to, on either stream."""
    kept = io.BytesIO()
    stream = kind(io.TextIOWrapper(kept, encoding, "backslashreplace", write_through=True))
    err = kind is MessageStream
    monkeypatch.setattr(sys, "stderr" if err else "stdout", stream)

    click.echo("::a\n##[b]\u4e00", err=err)
    click.echo("::a\n##[b]\u4e00".encode(), err=err)

    shown = "\u4e00".encode(encoding, "backslashreplace")
    assert 2 * (b"\\u003a:a\n\\u0023#[b]" + shown + b"\n") == kept.getvalue()


@pytest.mark.parametrize(
    ("encoding", "obeyed"),
    [
        ("iso2022_jp", "\u4e00\uff23\uff56"),  # 0x303C is one, 0x2343 is C, 0x2376 is v
        ("hz", "\uff03\uff03"),
        ("utf-16-le", "\u3a3a\u2323"),
        ("utf-7", "\u4e00"),
        ("cp037", "\x83\x83"),
    ],
)
def test_no_character_is_part_of_another(encoding: str, obeyed: str) -> None:
    """In an encoding with the bytes of colons and hashes in other characters, these are escaped."""
    kept = io.BytesIO()
    stream = EscapingStream(io.TextIOWrapper(kept, encoding, "backslashreplace", write_through=True))

    stream.write(f"a{obeyed}b\n")

    escaped = obeyed.encode("ascii", "backslashreplace").decode()
    expected = f"a{obeyed}b\n" if encoding == "utf-7" else f"a{escaped}b\n"
    assert expected == kept.getvalue().decode(encoding)
