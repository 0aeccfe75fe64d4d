"""Options that a call gives twice: the last value counts, or all of them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.cli.conftest import Winitgen
from winitgen.cli import COMMANDS, group

SEVERAL = {
    "--set",
    "--report",
    "--plot",
    "--figure",
    "--layers",
    "--ignore",
    "--rename",
    "--only",
    "--except",
    "--threshold",
}
"""The options of which all values count."""

BUT = {("schema", "--report")}
"""Commands in which one of them takes a single value."""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_last_value_counts(name: str) -> None:
    """Of each option of each command that takes one value, as programs with options usually have it."""
    context = click.Context(group)
    command = group.get_command(context, name)
    assert command is not None
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_flag and option.is_flag is not None:
            spelling = option.opts[-1]
            given = command.make_parser(context).parse_args([spelling, "1", spelling, "2"])[0][
                option.name or ""
            ]
            assert (["1", "2"] if spelling in SEVERAL and (name, spelling) not in BUT else "2") == given, (
                spelling
            )


def test_bytes_are_those_of_the_last_values(here: Winitgen, spec: Path, tmp_path: Path) -> None:
    """Nothing is drawn by the first ones, and no file of theirs is written."""
    twice = (
        "--seed",
        "1",
        "--seed",
        "2",
        "--dtype",
        "float16",
        "--dtype",
        "float32",
        "--layout",
        "keras",
        "--layout",
        "torch",
    )
    once = ("--seed", "2", "--dtype", "float32", "--layout", "torch")

    assert 0 == here("init", spec, *twice, "-o", "a.npz", "-o", "b.npz").code
    assert 0 == here("init", spec, *once, "-o", "c.npz").code
    assert (tmp_path / "b.npz").read_bytes() == (tmp_path / "c.npz").read_bytes()
    assert not (tmp_path / "a.npz").exists()


def test_a_variable_twice_is_refused(here: Winitgen, spec: Path) -> None:
    """All values of this option count, so that two of one variable contradict each other."""
    message = "winitgen: --set gives 'n' twice; give each variable once\n"

    assert (2, "", message) == here("plan", spec, "--set", "n=1", "--set", "n=2")
