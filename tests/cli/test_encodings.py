"""Streams that are not UTF-8: names in them are neither obeyed nor lost."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
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


NAME = "é日\U0001f600"
"""Of two, three and four bytes in UTF-8."""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a weight file and a model that have the name."""
    folder = tmp_path_factory.mktemp("named")
    np.savez(folder / "a.npz", **{NAME: np.ones((2, 3), np.float32)})
    (folder / "m.yaml").write_text(
        json.dumps({"model": NAME, "input": 3, "layers": [{"name": "fc", "type": "dense", "units": 100}]})
    )
    size = ["--max-shard-size", "1KB", "-q"]
    run = run_here("init", "m.yaml", "-o", f"{NAME}/", *size, cwd=folder)
    assert 0 == run.code, run
    return folder


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "iso2022_jp", "utf-8"])
@pytest.mark.parametrize(
    "command",
    [
        ("inspect", "a.npz"),
        ("diff", "a.npz", f"{NAME}/model.safetensors.index.json"),
        ("plan", "m.yaml"),
        ("init", "m.yaml", "-o", f"{NAME}.npz"),
        ("verify", f"{NAME}/model.safetensors.index.json"),
        ("verify", "a.npz", "m.yaml"),
        ("verify", "a.npz", "m.yaml", "--statistics"),
        ("finalize", f"{NAME}/", "--check"),
        ("probe", "m.yaml", "--samples", "2"),
    ],
    ids=" ".join,
)
def test_json_is_json_in_every_encoding(named: Path, command: tuple[str, ...], encoding: str) -> None:
    """Names are those of UTF-8; a stream of another encoding gets ASCII, which is JSON in both."""
    run = run_here(*command, "--json", cwd=named, encoding=encoding)
    report = json.loads(run.out)
    again = run_here(*command, "--json", cwd=named)

    assert ("utf-8" == encoding) is not run.out.isascii()
    assert NAME in json.dumps(report, ensure_ascii=False)
    for timed in ("status", "timings"):
        report.pop(timed, None)
    assert report == {key: one for key, one in json.loads(again.out).items() if key in report}


@pytest.mark.parametrize(
    "command", ["schemes", "activations", "layers", "presets", "families", "formats", "schema"]
)
def test_lists_are_json_in_every_encoding(tmp_path: Path, command: str) -> None:
    """The catalogs, and the JSON Schema."""
    arguments = [command] if command == "schema" else [command, "--json"]
    expected = json.loads(run_here(*arguments, cwd=tmp_path).out)

    for encoding in ("ascii", "cp1252"):
        run = run_here(*arguments, cwd=tmp_path, encoding=encoding)
        assert run.out.isascii()
        assert expected == json.loads(run.out)


@pytest.mark.parametrize("ending", [".json", ".md", ".html"])
@pytest.mark.parametrize("command", [("init", "m.yaml", "--dry-run"), ("probe", "m.yaml", "--samples", "2")])
def test_reports_are_utf_8_whatever_the_streams_are(
    named: Path, command: tuple[str, ...], ending: str
) -> None:
    """A report in a file does not depend on the streams."""
    texts = []
    for encoding in ("utf-8", "ascii"):
        assert 0 == run_here(*command, "--report", f"r{ending}", cwd=named, encoding=encoding).code
        texts.append((named / f"r{ending}").read_text("utf-8"))

    assert texts[0] == texts[1]
    assert NAME in texts[0]


def test_a_layer_spec_on_a_stream_of_any_encoding(tmp_path: Path) -> None:
    """What ``import`` prints is the same layer-spec; here with the path of a file from which values are taken."""
    values = np.random.default_rng(1).random((300, 3), np.float32) ** 2
    np.savez(tmp_path / f"{NAME}.npz", w=values)
    texts = [
        run_here("import", f"{NAME}.npz", "--fit", "--keep", cwd=tmp_path, encoding=encoding).out
        for encoding in ("ascii", "utf-8")
    ]
    heading, specs = zip(*(text.split("\n", 1) for text in texts), strict=True)

    assert f"# The tensors of {NAME}.npz. " in heading[1]
    assert specs[0] == specs[1]
    assert json.dumps(f"{NAME}.npz") in specs[0]
