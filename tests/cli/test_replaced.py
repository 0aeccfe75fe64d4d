"""``--dtype`` and ``--layout`` replace the spec's value before anything is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Winitgen
from tests.test_load import FLOAT8, GROUPS, KERAS, TOO_LARGE

CASES = {
    "dtype": (FLOAT8, "float8_e4m3fn", "float32", TOO_LARGE),
    "layout": (KERAS, "keras", "torch", GROUPS),
}
"""A spec, an option that it does not allow and one that it does, and the message about the first."""

COMMANDS = (
    ["init", "model.yaml", "-o", "again.npz"],
    ["plan", "model.yaml"],
    ["verify", "w.npz", "model.yaml"],
    ["verify", "w.npz", "model.yaml", "--statistics"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", CASES)
def test_the_option_decides(option: str, command: list[str], winitgen: Winitgen, tmp_path: Path) -> None:
    """A conflict with only the spec's own value is ignored, and one with the option's value is refused."""
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
