"""A file that a call reads or writes as a standard stream is compared with its outputs as one that is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = b"{input: 3, layers: [{name: a, type: dense, units: 5}]}\n"
CONFIG = json.dumps({"model_type": "gpt2", "n_layer": 7, "vocab_size": 300}).encode()
ADVICE = "give it another name"
CALLS = {
    "weights": ("init - -o IN --format npz --force", "in.npy", "the output would replace the layer-spec"),
    "another name of it": ("init - -o link.npy --force", "in.npy", "the output would replace the layer-spec"),
    "a report": ("init - -o w.npy --report IN", "r.md", "the report would replace the layer-spec"),
    "a report of a probe": ("probe - --report IN", "p.html", "the report would replace the layer-spec"),
    "a plot": ("probe - --plot IN", "p.svg", "the plot would replace the layer-spec"),
    "an imported spec": ("import - -o IN --force", "m.yaml", "the output would replace the source"),
    "a shard": (
        "init - -o . --max-shard-size 1KB --force",
        "model-00002-of-00009.safetensors",
        "the output would replace the layer-spec",
    ),
    "a shard, by its name": (
        "init IN -o . --max-shard-size 1KB --force",
        "model-00002-of-00009.safetensors",
        "the output would replace the layer-spec",
    ),
}


def call(folder: Path, line: str, source: Path | None, out: Path | None = None) -> tuple[int, bytes, bytes]:
    """Return the exit code, standard output and standard error of a command whose streams are files."""
    with open(source or "/dev/null", "rb") as stdin, open(out or "/dev/null", "wb") as stdout:
        words = [sys.executable, "-m", "winitgen", *line.split()]
        run = subprocess.run(
            words, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=folder, check=False
        )
    return run.returncode, out.read_bytes() if out else b"", run.stderr


@pytest.mark.parametrize(("line", "name", "message"), CALLS.values(), ids=CALLS)
def test_the_input_stays(tmp_path: Path, line: str, name: str, message: str) -> None:
    """The file on standard input is not replaced, with or without --force."""
    source = tmp_path / name
    source.write_bytes(CONFIG if line.startswith("import") else SPEC)
    link = "link.npy" in line
    if link:
        (tmp_path / "link.npy").hardlink_to(source)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code, _, err = call(tmp_path, line.replace("IN", name), source)

    shown = "link.npy" if link else f"./{name}" if "-o . " in line else name
    assert (2, f"winitgen: {shown}: {message}; {ADVICE}\n") == (code, err.decode())
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "config.json",
            "the config of the changed model would replace the one that it is made of; give the output another folder",
        ),
        ("model.safetensors", f"the output would replace the config that it is made of; {ADVICE}"),
    ],
)
def test_the_config_stays(tmp_path: Path, name: str, message: str) -> None:
    """Nor is a config, by either file of the checkpoint that is made of it."""
    source = tmp_path / name
    source.write_bytes(CONFIG)
    code, _, err = call(tmp_path, "init - --shrink -o ./ --force", source)

    assert (2, f"winitgen: ./{name}: {message}\n") == (code, err.decode())
    assert [(name, CONFIG)] == [(path.name, path.read_bytes()) for path in tmp_path.iterdir()]


def test_weights_on_a_stream_stay(tmp_path: Path) -> None:
    """A report does not replace the file to which standard output writes the weights."""
    (tmp_path / "s.yaml").write_bytes(SPEC)
    code, _, err = call(tmp_path, "init s.yaml -o - --report w.md", None, tmp_path / "w.md")

    assert (2, f"winitgen: w.md: the report would replace the output; {ADVICE}\n") == (code, err.decode())


def test_other_files_are_written(tmp_path: Path) -> None:
    """What stands on standard input is no output of a call that reads another file."""
    (tmp_path / "s.yaml").write_bytes(SPEC)
    (tmp_path / "r.md").write_bytes(b"")

    assert (0, b"", b"") == call(tmp_path, "init s.yaml -o w.npz -q --report r.md", tmp_path / "r.md")
    assert (tmp_path / "r.md").read_bytes() != b""
