"""A report replaces a former one, and no JSON file of another kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from winitgen.cli import main

SPEC = "input: 3\nlayers: [{type: dense, units: 4}]\n"


def call(folder: Path, *words: str) -> int:
    """Run the command line on the spec; return its exit code."""
    (folder / "s.yaml").write_text(SPEC)
    output = ["-o", str(folder / "w.npz"), "--force"] if words[0] == "init" else []
    with pytest.raises(SystemExit) as ended:
        main([words[0], str(folder / "s.yaml"), *output, *words[1:]])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize("ending", ["json", "md"])
def test_a_report_is_made_anew(tmp_path: Path, command: str, ending: str) -> None:
    """Also that of another command, and an empty file."""
    report = tmp_path / f"r.{ending}"
    report.write_text("")
    assert 0 == call(tmp_path, command, "--seed", "1", "--report", str(report))
    first = report.read_text()
    other = "probe" if command == "init" else "init"
    assert 0 == call(tmp_path, other, "--report", str(report))
    assert 0 == call(tmp_path, command, "--seed", "1", "--report", str(report))

    assert first == report.read_text()


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize(
    "held",
    [
        json.dumps({"model_type": "llama", "notes": []}, indent=2),
        json.dumps({"weight_map": {}}, indent=2, sort_keys=True),
        '{"notes": [], "seed": 0}',
        "[]",
        "not JSON",
    ],
)
def test_another_json_file_stays(
    tmp_path: Path, command: str, held: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as the config or the index of a model; nothing else is written either."""
    path = tmp_path / "config.json"
    path.write_text(held)
    assert 2 == call(tmp_path, command, "--report", str(path))

    text = "it exists and is no report of winitgen, which the report would replace; give it another name"
    assert f"{path}: {text}" in capsys.readouterr().err
    assert held == path.read_text()
    assert ["config.json", "s.yaml"] == sorted(each.name for each in tmp_path.iterdir())


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize("name", ["w.safetensors", "blob", "config.json"])
def test_a_link_to_a_file_of_another_kind(
    tmp_path: Path, command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report goes where a link leads, but not into a weight file."""
    (tmp_path / name).write_bytes(b"weights")
    link = tmp_path / "notes.md"
    link.symlink_to(name)
    assert 2 == call(tmp_path, command, "--report", str(link))

    end = tmp_path.resolve() / name
    text = f"{link}: it is a link to {end}, another kind of file; give it another name"
    assert text in capsys.readouterr().err
    assert b"weights" == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("command", ["init", "probe"])
def test_a_link_to_a_former_report(tmp_path: Path, command: str) -> None:
    """It is followed, and stays a link."""
    (tmp_path / "real.md").write_text("")
    link = tmp_path / "notes.md"
    link.symlink_to("real.md")
    assert 0 == call(tmp_path, command, "--report", str(link))

    assert link.is_symlink()
    assert (tmp_path / "real.md").read_text().startswith("# ")
