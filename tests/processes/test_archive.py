"""The package in a zip archive, as programs that ship as one file have it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.processes.conftest import ROOT, Program

CONFIG = (
    '{"model_type": "llama", "hidden_size": 8, "intermediate_size": 6, "num_hidden_layers": 1, '
    '"num_attention_heads": 2, "vocab_size": 5}'
)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the whole package."""
    path = tmp_path_factory.mktemp("archive") / "winitgen.zip"
    with zipfile.ZipFile(path, "w") as found:
        for file in sorted((ROOT / "winitgen").rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.write(file, file.relative_to(ROOT))
    return path


def test_the_package_works_from_an_archive(archive: Path, program: Program) -> None:
    """Its formats, its layers and its tables are found there; NumPy draws, as Python loads no library from an archive."""
    text = (
        "from tests.processes.everything import everything\nimport winitgen\n"
        "assert winitgen.__file__.startswith(sys.path[0])\nprint(everything(sys.argv[1]))\n"
    )

    assert program(text, kernels="numpy") == program(text, root=archive)


@pytest.mark.slow
def test_the_commands_work_from_an_archive(archive: Path, program: Program, tmp_path: Path) -> None:
    """The families, the listings and the pages too."""
    (tmp_path / "config.json").write_text(CONFIG)
    commands = (
        ["families"],
        ["formats"],
        ["presets"],
        ["layers", "dense"],
        ["init", "config.json", "-o", "w.npz", "--report", "w.html"],
        ["verify", "w.npz"],
    )
    text = "from winitgen.cli import main\ntry: main({!r})\nexcept SystemExit as end: sys.exit(end.code)\n"
    said = [program(text.format(list(command)), root=archive) for command in commands]

    assert "llama" in said[0]
    assert "safetensors" in said[1]
    assert "verified w.npz" in said[-1]
    assert "<style>" in (tmp_path / "w.html").read_text()
