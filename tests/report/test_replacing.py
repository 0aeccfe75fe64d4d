"""A report replaces a former one, and no other file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from winitgen.cli import main
from winitgen.report.marks import GENERATOR, MARKDOWN

SPEC = "input: 3\nlayers: [{type: dense, units: 4}]\n"


def call(folder: Path, *words: str, force: bool = True, model: str = "m") -> int:
    """Run the command line on the spec; return its exit code. With ``force`` any file may be replaced."""
    (folder / "s.yaml").write_text(f"model: {model}\n{SPEC}")
    output = ["-o", str(folder / "w.npz")] if words[0] == "init" else []
    if force:
        output.append("--force")
    else:
        (folder / "w.npz").unlink(missing_ok=True)
    with pytest.raises(SystemExit) as ended:
        main([words[0], str(folder / "s.yaml"), *output, *words[1:]])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize("ending", ["json", "md"])
def test_a_report_is_made_anew(tmp_path: Path, command: str, ending: str) -> None:
    """Also that of another command, and an empty file."""
    report = tmp_path / f"r.{ending}"
    report.write_text("")
    assert 0 == call(tmp_path, command, "--seed", "1", "--report", str(report), force=False)
    first = report.read_text()
    other = "probe" if command == "init" else "init"
    assert 0 == call(tmp_path, other, "--report", str(report))
    assert 0 == call(tmp_path, command, "--seed", "1", "--report", str(report))

    assert first == report.read_text()


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("config.json", json.dumps({"model_type": "llama", "notes": []}, indent=2)),
        ("index.json", json.dumps({"weight_map": {}}, indent=2, sort_keys=True)),
        ("config.json", '{"notes": [], "seed": 0}'),
        ("r.json", "[]"),
        ("r.json", "not JSON"),
        ("README.md", "# Report\n"),
        ("README.md", f"{MARKDOWN}\n\n# What was added to it by hand\n"),
        ("index.html", "<!doctype html>\n<title>winitgen</title>\n"),
    ],
)
def test_another_file_stays(
    tmp_path: Path, command: str, name: str, held: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as the config or the index of a model, or a README; nothing else is written either, unless it is forced."""
    path = tmp_path / name
    path.write_text(held)
    assert 2 == call(tmp_path, command, "--report", str(path), force=False)

    text = "it exists and is no report of winitgen; give it another name, or replace it with --force"
    assert f"winitgen: {path}: {text}\n" == capsys.readouterr().err
    assert held == path.read_text()
    assert sorted([name, "s.yaml"]) == sorted(each.name for each in tmp_path.iterdir())
    assert 0 == call(tmp_path, command, "--report", str(path))
    assert held != path.read_text()


@pytest.mark.parametrize("command", ["init", "probe"])
@pytest.mark.parametrize("ending", ["json", "md", "html"])
@pytest.mark.parametrize("model", ["m", "Ü" * 10_000])
def test_a_former_report_is_known(tmp_path: Path, command: str, ending: str, model: str) -> None:
    """By its mark, in every form, whatever stands before it."""
    report = tmp_path / f"r.{ending}"
    for seed in ("1", "2"):
        assert 0 == call(tmp_path, command, "--seed", seed, "--report", str(report), force=False, model=model)
    assert "--seed 2" in report.read_text()


@pytest.mark.parametrize("ending", ["png", "svg", "html"])
@pytest.mark.parametrize("model", ["m", "long" * 2_500])
def test_a_former_plot_is_known(
    tmp_path: Path, ending: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture of another program stays."""
    plot = tmp_path / f"p.{ending}"
    for seed in ("1", "2"):
        assert 0 == call(tmp_path, "probe", "--seed", seed, "--plot", str(plot), force=False, model=model)
    held = plot.read_bytes().replace(GENERATOR.encode(), b"painters")
    plot.write_bytes(held)
    assert 2 == call(tmp_path, "probe", "--plot", str(plot), force=False)

    text = "it exists and is no plot of winitgen; give it another name, or replace it with --force"
    assert f"winitgen: {plot}: {text}\n" == capsys.readouterr().err
    assert held == plot.read_bytes()


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
