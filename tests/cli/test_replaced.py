"""``--dtype`` and ``--layout`` replace the spec's word before anything is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.test_load import FLOAT8, GROUPS, KERAS, TOO_LARGE

CASES = {
    "dtype": (FLOAT8, "float8_e4m3fn", "float32", TOO_LARGE),
    "layout": (KERAS, "keras", "torch", GROUPS),
}
"""A spec, what it cannot have and what it can, and what is said of the first."""

COMMANDS = (
    ["init", "model.yaml", "-o", "again.npz"],
    ["plan", "model.yaml"],
    ["verify", "w.npz", "model.yaml"],
    ["verify", "w.npz", "model.yaml", "--statistics"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", CASES)
def test_the_option_decides(option: str, command: list[str], winitgen: Winitgen, tmp_path: Path) -> None:
    """What only the spec's own word makes impossible is possible, and what the option does is refused."""
    text, bad, good, message = CASES[option]
    spec = tmp_path / "model.yaml"
    spec.write_text(text)
    assert 0 == winitgen("init", "model.yaml", "-o", "w.npz", f"--{option}", good, cwd=tmp_path).code

    refused = (2, "", f"{message}\n")
    assert refused == winitgen(*command, cwd=tmp_path)
    assert 0 == winitgen(*command, f"--{option}", good, cwd=tmp_path).code

    spec.write_text(text.replace(bad, good, 1))
    assert 0 == winitgen(*command, cwd=tmp_path).code
    assert refused == winitgen(*command, f"--{option}", bad, cwd=tmp_path)
