"""Whatever names tensors, files, models and options have: no line of any command is one that a pipeline obeys."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.cli.conftest import Run
from tests.cli.in_process import run_here
from winitgen.cli.workflow_commands import EscapingStream

NAMES = (
    "::add-mask::e",
    "::stop-commands::x",
    "::error file=app.py,line=1::text",
    "  ::group::g",
    "\t::debug::d",
    "##vso[task.setvariable variable=a]b",
    "##[group]g",
    "##[command]c",
    "###[error]e",
    "## heading",
    "x ##vso[task.complete result=Failed]",
    "##teamcity[message]",
    "a\n::error::b",
    "a\r::error::b",
    "a\r\n##[error]b",
    "a\u2028::error::b",
    "a\x85##vso[x]b",
    "a\x0b::error::b",
    "\xa0::error::b",
    "\x1b[31m::error::b",
    "\x1b]0;t\x07::b",
    "\ufeff::b",
)
"""What GitHub's runner, Azure's agent and others obey; beginnings of lines, and other ends of lines."""

ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def obeyed(text: str) -> list[str]:
    """Return the lines that a pipeline may obey, and those that a terminal may."""
    return [
        line
        for line in ENDS.split(text)
        if line.lstrip().startswith(("::", "##")) or re.search(r"##\w*\[", line) or "\x1b" in line
    ]


def check(run: Run, *codes: int) -> None:
    """Check that nothing is obeyed, and that the run ended as it should."""
    assert run.code in codes, run
    assert [] == obeyed(run.out) + obeyed(run.err)
    assert "a bug in winitgen" not in run.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weight files, in each of which all of the names are tensors."""
    path = tmp_path_factory.mktemp("names")
    for file, shift in (("a", 0), ("b", 1)):
        tensors = {name: np.arange(6, dtype="f").reshape(2, 3) + shift + at for at, name in enumerate(NAMES)}
        with_path = {name: values for name, values in tensors.items() if "\0" not in name}
        np.savez(path / f"{file}.npz", **with_path)  # type: ignore[arg-type]
        save_file(tensors, path / f"{file}.safetensors", {name: name for name in NAMES})
    (path / "m.yaml").write_text("input: 3\nlayers:\n  - {name: fc, type: dense, units: 2}\n")
    return path


FILES = (
    ("inspect", "a.npz"),
    ("inspect", "a.npz", "--json"),
    ("inspect", "a.npz", "--header"),
    ("inspect", "a.npz", "--digest"),
    ("inspect", "a.safetensors"),
    ("inspect", "a.safetensors", "--json"),
    ("inspect", "a.safetensors", "--header", "--json"),
    ("diff", "a.npz", "b.npz"),
    ("diff", "a.npz", "b.npz", "--json"),
    ("diff", "a.npz", "a.safetensors"),
    ("diff", "a.safetensors", "b.npz", "--json"),
    ("inspect", "a.npz", "--fail-on", "nan,zero-tensor,equal-tensors"),
    ("inspect", "a.npz", "--tensor", "*"),
    ("diff", "a.npz", "b.npz", "--atol", "1", "--ignore", "b*"),
    ("convert", "a.npz", "x.safetensors"),
    ("convert", "a.safetensors", "x.npz", "--dry-run", "--rename", "^=x"),
    ("convert", "a.safetensors", "x.npz", "--json", "--dtype", "float16"),
    ("convert", "a.npz", "x/", "--max-shard-size", "1KB", "--dry-run"),
    ("verify", "a.npz", "m.yaml", "--ignore", "*b*", "--rename", "a=b"),
    ("verify", "a.npz"),
    ("verify", "a.npz", "m.yaml"),
    ("verify", "a.npz", "m.yaml", "--json"),
    ("verify", "a.npz", "m.yaml", "--statistics"),
    ("verify", "a.npz", "m.yaml", "--statistics", "--json"),
    ("verify", "a.npz", "m.yaml", "--error-format", "text"),
    ("import", "a.npz"),
    ("import", "a.safetensors", "--keep"),
    ("import", "a.npz", "--fit"),
    ("init", "m.yaml", "--base", "a.safetensors", "--only", "fc*", "-o", "w.npz"),
    ("init", "m.yaml", "--base", "a.safetensors", "--add", "-o", "w.safetensors", "--force"),
    ("probe", "m.yaml", "--input", "a.npz"),
)


@pytest.mark.parametrize("command", FILES, ids=" ".join)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_no_name_of_a_tensor_is_obeyed(folder: Path, command: tuple[str, ...], encoding: str) -> None:
    """Tables, JSON, messages and layer-specs of a file with all the names, whatever the encoding of the streams."""
    check(run_here(*command, cwd=folder, encoding=encoding), 0, 1, 2, 3)


def calls(name: str, file: str) -> list[tuple[str, ...]]:
    """Return calls in which the name is a tensor, a file, a model, a variable, a pattern, or a value."""
    return [
        ("inspect", "a.npz", "--tensor", name),
        ("inspect", "a.npz", "--tensor", f"{name}?"),
        ("inspect", "a.safetensors", "--tensor", name, "--json"),
        ("inspect", name),
        ("inspect", f"{file}.npz"),
        ("plan", f"{file}.yaml", "m.yaml"),
        ("plan", f"{file}.yaml", "--json"),
        ("plan", f"{file}.yaml", "--ids"),
        ("plan", name),
        ("plan", "m.yaml", "--set", f"{name}=1"),
        ("plan", "m.yaml", "--layout", name),
        ("plan", "m.yaml", "--dtype", name),
        ("plan", "m.yaml", "--seed", name),
        ("plan", "m.yaml", f"--{name}"),
        (name,),
        ("init", f"{file}.yaml", "-o", f"{file}.npz", "--report", "r.html", "--report", "r.md"),
        ("init", f"{file}.yaml", "-o", f"{file}.npz", "-q"),
        ("init", f"{file}.yaml", "-o", f"{file}.npz", "--json", "--report", "r.json"),
        ("init", f"{file}.yaml", "-o", f"{file}.nope"),
        ("init", f"{file}.yaml", "-o", "w.npz", "--format", name),
        ("verify", f"{file}.npz"),
        ("verify", f"{file}.npz", "m.yaml"),
        ("diff", f"{file}.npz", "a.npz"),
        ("diff", "a.npz", "a.npz", "--rename", name, "--strip-prefix", name),
        ("convert", f"{file}.npz", f"{file}.safetensors"),
        ("convert", "a.npz", "x.npz", "--ignore", name),
        ("inspect", "a.npz", "--fail-on", name),
        ("diff", f"{file}.npz", name, "--json"),
        ("probe", f"{file}.yaml", "--samples", "2", "--report", "p.md"),
        ("probe", f"{file}.yaml", "--samples", "2", "--json"),
        ("probe", "m.yaml", "--compare", name),
        ("probe", "m.yaml", "--sweep", f"{name}=1:2:3"),
        ("probe", "m.yaml", "--input", f"{file}.csv"),
        ("layers", name),
        ("presets", name),
        *((listing, name) for listing in ("schemes", "activations", "families", "formats")),
        ("finalize", name),
        ("completion", name),
        ("example", name),
        ("new", name),
        ("new", "mlp", "--set", f"activation={name}"),
        ("new", "mlp", "--input", name, "-o", f"{file}.yaml"),
        ("import", f"{file}.npz"),
        ("import", "--trace", name),
    ]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_no_name_of_anything_else_is_obeyed(folder: Path, name: str) -> None:
    """Files, models, options and values of these names, in messages, tables, JSON and reports."""
    file = name.replace("/", "_")
    (folder / f"{file}.yaml").write_text(
        f"model: {json.dumps(name)}\ninput: 3\nlayers:\n  - {{name: fc, type: dense, units: 2}}\n"
    )
    (folder / f"{file}.csv").write_text(f"{name},b\n1,{name}\n")
    for command in calls(name, file):
        run = run_here(*command, cwd=folder)
        if "-q" in command:  # a script reads the path, byte for byte
            run = run._replace(out=run.out.replace("\x1b", ""))
        check(run, 0, 1, 2, 3)
    for report in ("r.html", "r.md", "r.json", "p.md"):
        assert [] == obeyed((folder / report).read_text()), report


def test_a_path_for_a_script_is_the_same_file(folder: Path) -> None:
    """What ``--quiet`` prints names the file that was written."""
    run = run_here("init", "m.yaml", "-o", "::w.npz", "--quiet", cwd=folder)

    assert (0, "./::w.npz\n", "") == run
    assert (folder / run.out[:-1]).exists()


@pytest.mark.parametrize("seed", range(20))
def test_no_text_in_pieces_is_obeyed(seed: int) -> None:
    """Any text, cut anywhere: fifty texts a seed."""
    random_ = random.Random(seed)  # noqa: S311
    for _ in range(50):
        text = "".join(
            random_.choices([":", "#", "::", "##", "vso[", "[", "a", " ", "\n", "\r", "\u2028"], k=12)
        )
        kept: list[str] = []
        stream = EscapingStream(type("Kept", (), {"write": staticmethod(kept.append)}))
        while text:
            cut = random_.randint(1, 4)
            stream.write(text[:cut])
            text = text[cut:]
        assert [] == obeyed("".join(kept)), kept


def test_the_cases_are_many() -> None:
    """Calls with every name, and files with all of them."""
    assert 700 <= len(NAMES) * len(calls("x", "x")) < len(NAMES) * (len(calls("x", "x")) + len(FILES))
