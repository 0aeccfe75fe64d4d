"""``--help`` of each command: options under headings, aligned, and an example at the end."""

from __future__ import annotations

import re

import click
import pytest

from tests.cli.conftest import Winitgen
from winitgen.cli import COMMANDS, group
from winitgen.cli.sections import SECTIONS, SectionedOption
from winitgen.layouts import LAYOUTS

LARGE = ("init", "plan", "inspect", "diff", "verify", "probe")
"""The commands with options of several kinds."""


def sections(text: str) -> dict[str, list[str]]:
    """Return the names of the options in a help text by their headings."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z]\w+:", line):
            found[line[:-1]] = []
        elif found and (option := re.match(r"  (?:-\w, )?(--[\w-]+)", line)):
            list(found.values())[-1].append(option[1])
    return found


def command(name: str) -> click.Command:
    """Return a command by its name."""
    found = group.get_command(click.Context(group), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_under_its_heading(winitgen: Winitgen, name: str) -> None:
    """Each option is listed once, under the heading it states; --help is under the last."""
    expected: dict[str, list[str]] = {"General": ["--help"]}
    for option in command(name).params:
        if not isinstance(option, click.Argument):
            assert isinstance(option, SectionedOption)
            expected.setdefault(option.section, []).append(option.opts[-1])

    found = sections(winitgen(name, "--help").out)

    assert {"Example": []} == {heading: found.pop(heading) for heading in ["Example"]}
    assert {heading: sorted(names) for heading, names in expected.items()} == {
        heading: sorted(names) for heading, names in found.items()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_headings_are_in_order_and_the_example_is_last(winitgen: Winitgen, name: str) -> None:
    """The order of the headings is the same for all commands; the last lines are calls of the command."""
    run = winitgen(name, "--help")
    found = list(sections(run.out))

    assert 0 == run.code
    assert [*(heading for heading in SECTIONS if heading in found), "Example"] == found
    calls = run.out.partition("\nExample:\n")[2].splitlines()
    assert calls
    assert [] == [call for call in calls if not call.startswith(f"  winitgen {name}")]


@pytest.mark.parametrize("name", LARGE)
def test_the_texts_are_aligned_over_all_headings(winitgen: Winitgen, name: str) -> None:
    """The text of every option starts in the same column."""
    lines = winitgen(name, "--help").out.splitlines()
    starts = {match.end() for line in lines if (match := re.match(r"  -.*?  +(?=\w)", line))}

    assert 1 == len(starts)


def test_the_help_of_inspect(winitgen: Winitgen) -> None:
    """The whole text from the first heading on."""
    expected = """\
Report:
  --tensor PATTERN         Show only the tensor of this name, or those with
                           such names, in more detail.
  --header                 Show only the header; read no values.
  --digest                 Print a digest of the values, the same in every
                           file format.
  --columns A,B,...        Show these columns of the table, in this order.
  --wide                   On a terminal, show the table whole, however long
                           its lines are.
  --json                   Print JSON instead of a table.

General:
  --threads INTEGER RANGE  Number of threads that read.  [default: all cores,
                           at most 16]  [1<=x<=1024]
  -h, --help               Show this message and exit.

Example:
  winitgen inspect weights.safetensors
  winitgen inspect weights.safetensors --tensor fc1.weight
  winitgen inspect weights.safetensors --fail-on nan,inf --tensor '*.weight'
  winitgen inspect model.safetensors.index.json --header --json
"""

    assert expected == expected[:8] + winitgen("inspect", "--help").out.partition("Report:\n")[2]


def test_the_group_has_an_example_at_the_end(winitgen: Winitgen) -> None:
    """The help without a command lists the commands, then an example."""
    text = winitgen("--help").out

    assert text.endswith("\n\nExample:\n  winitgen init specs/mlp.yaml -o weights.safetensors\n")
    assert list(COMMANDS) == re.findall(r"^  ([a-z]\w+)  ", text.partition("Commands:\n")[2], re.MULTILINE)


@pytest.mark.parametrize("command", ["init", "plan"])
def test_help_names_every_layout(winitgen: Winitgen, command: str) -> None:
    """The help, which does not import the layouts, names all of them."""
    *others, last = sorted(LAYOUTS)
    text = " ".join(winitgen(command, "--help").out.split())

    assert f"Replace the spec's layout: {', '.join(others)} or {last}." in text
