"""Mistakes of options and arguments: one line with the command, what is wrong, and what to write instead."""

from __future__ import annotations

import contextlib
import io

import click
import pytest

from winitgen.cli import COMMANDS, group
from winitgen.cli.errors import exit_code

CALLS = {
    "--foo": "winitgen: no such option '--foo'; see winitgen --help",
    "int": "winitgen: no such command 'int'; did you mean 'init'?",
    "qqq": "winitgen: no such command 'qqq'; see winitgen --help",
    "plan": "winitgen plan: SPEC is missing; see winitgen plan --help",
    "summary": "winitgen summary: SPEC is missing; see winitgen summary --help",
    "diff a": "winitgen diff: B is missing; see winitgen diff --help",
    "init a b": "winitgen init: got unexpected extra argument (b); see winitgen init --help",
    "plan --seed": "winitgen plan: --seed requires an argument; see winitgen plan --help",
    "plan --sede 1 m": "winitgen plan: no such option '--sede'; did you mean '--seed'?",
    "plan m --seed x": "winitgen plan: --seed: expected a whole number from 0 to 2^64 - 1, not 'x'",
    "plan m --seed -1": "winitgen plan: --seed: expected a whole number from 0 to 2^64 - 1, not '-1'",
    "plan m --seed 1.5": "winitgen plan: --seed: expected a whole number from 0 to 2^64 - 1, not '1.5'",
    "plan m --seed 1_0": "winitgen plan: --seed: expected a whole number from 0 to 2^64 - 1, not '1_0'",
    "plan m --seed \uff11": "winitgen plan: --seed: expected a whole number from 0 to 2^64 - 1, not '\uff11'",
    "probe m --threads 1_0": "winitgen probe: --threads: expected a whole number from 1 to 1024, not '1_0'",
    "probe m --samples 0": "winitgen probe: --samples: expected a whole number of at least 1, not '0'",
    "probe m --threads 0": "winitgen probe: --threads: expected a whole number from 1 to 1024, not '0'",
    "probe m --init book": "winitgen probe: no such option '--init'; did you mean '--input'?",
    "plan m --init book": "winitgen plan: no such option '--init'; see winitgen plan --help",
    "init m --init book": "winitgen init: --init: 'book' is not one of 'library', 'paper'",
    "plan m --error-format x": "winitgen plan: --error-format: 'x' is not one of 'text', 'github'",
    "plan m --dtype bf16": "winitgen plan: --dtype: unknown dtype 'bf16'; did you mean 'bfloat16'?",
    "plan m --json=1": "winitgen plan: --json does not take a value; see winitgen plan --help",
    "completion csh": "winitgen completion: SHELL: 'csh' is not one of 'bash', 'zsh', 'fish'",
    "finalize": "winitgen finalize: OUT is missing; see winitgen finalize --help",
}


def refused(args: list[str]) -> tuple[int, str]:
    """Return the exit code and what is said of a call that is refused before anything is done."""
    said = io.StringIO()
    with pytest.raises(click.ClickException) as found, group.make_context("winitgen", args) as context:
        group.invoke(context)
    with contextlib.redirect_stderr(said):
        return exit_code(found.value), said.getvalue()


@pytest.mark.parametrize(("call", "expected"), CALLS.items(), ids=CALLS)
def test_a_mistake_is_one_line(call: str, expected: str) -> None:
    """The line begins with the command, and the exit code is 2."""
    assert (2, f"{expected}\n") == refused(call.split())


def mistakes() -> list[list[str]]:
    """Return wrong calls of every command: options that no one has, without a value, with a wrong one."""
    found = []
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found += [[name, "--no-such-option"], [name, "-Z"], [name, "a", "b", "--" + "x" * 10_000]]
        if name in ("init", "inspect", "schemes", "layers"):
            found.append([name, "a", "b", "\x1b[31m\n::c"])
        for option in command.params:
            first = option.opts[0]
            if not isinstance(option, click.Option):
                continue
            if option.is_flag:
                found.append([name, f"{first}=\x1b[31m"])
            elif first != "--trace":  # which takes a value or none
                found.append([name, first])
            if isinstance(option.type, click.IntRange | click.Choice):
                found += [[name, "m", first, value] for value in ("", "\n::x", "-1e9", "9" * 5000)]
    return found


def test_every_mistake_is_one_line() -> None:
    """Whatever is wrong with an option of any command: one printable line of at most a thousand characters."""
    calls = mistakes()
    for call in calls:
        code, said = refused(call)
        assert 2 == code, call
        assert said.startswith(f"winitgen {call[0]}: "), (call, said)
        assert said.endswith("\n"), call
        assert said[:-1].isprintable(), (call, said)
        assert len(said) < 1000, call
    assert 200 <= len(calls)


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    """A call without a command is answered by the help, as other tools do."""
    code, said = refused([])

    assert 2 == code
    assert said.startswith("Usage: winitgen [OPTIONS] COMMAND [ARGS]...\n\n  Turn a small YAML file")
