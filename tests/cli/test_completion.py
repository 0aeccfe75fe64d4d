"""``winitgen completion``: the scripts, and what they suggest for commands, options and arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete, get_completion_class

from tests.cli.conftest import ROOT, Winitgen
from tests.needed import missing
from winitgen.audit.inspect.faults import FAULTS
from winitgen.catalog.activations import ACTIVATIONS
from winitgen.catalog.layers import LAYERS
from winitgen.catalog.presets import PRESETS
from winitgen.catalog.schemes import ALIASES, SCHEMES
from winitgen.cli import COMMANDS, group
from winitgen.cli.completions import SHELLS, VARIABLE
from winitgen.configs.family import model_types
from winitgen.examples.beginnings import TEMPLATES
from winitgen.examples.shipped import example_names
from winitgen.files.formats import FORMATS
from winitgen.layouts import LAYOUTS
from winitgen.numeric.dtypes import FLOAT_DTYPES
from winitgen.probing.diagnostics.loss import LOSSES
from winitgen.probing.verdict import VERDICTS
from winitgen.report.plots.figures import NAMES
from winitgen.report.schemas.of_reports import REPORTS
from winitgen.report.titles import BY_COMMAND

OF_NO_KERNEL = {"deepnorm", "deepnorm_alpha", "t_fixup", "siren", "forget_bias", "sinusoidal"}
"""Schemes that need one of several options, or another kind of parameter."""

ALONE = {name for name, scheme in SCHEMES.items() if not scheme.needs and name not in OF_NO_KERNEL}

COMPARED = {*ALONE, *(alias for alias, name in ALIASES.items() if name in ALONE), *PRESETS, "spec"}

NAMED = {
    "init --dtype": set(FLOAT_DTYPES),
    "init --layout": set(LAYOUTS),
    "init --format": set(FORMATS),
    "init --error-format": {"text", "github"},
    "init --init": {"library", "paper"},
    "init --engine": {"dask", "dask://", "ray", "ray://"},
    "convert --format": set(FORMATS),
    "convert --dtype": set(FLOAT_DTYPES),
    "inspect --fail-on": set(FAULTS),
    "diff --sort": {"file", "name"},
    "plan --layout": set(LAYOUTS),
    "verify --layout": set(LAYOUTS),
    "probe --dtype": set(FLOAT_DTYPES),
    "probe --compare": COMPARED,
    "probe --fail-on": {*VERDICTS, "any"},
    "probe --loss": {*LOSSES},
    "probe --threshold": {"signal=", "gradient=", "growth=", "distinct=", "saturated=", "dead="},
    "probe --figure": set(NAMES),
    **{f"{command} --columns": set(columns) for command, columns in BY_COMMAND.items()},
    "schema --report": set(REPORTS),
    "completion": set(SHELLS),
    "new": set(TEMPLATES),
    "example": set(example_names()),
    "presets": set(PRESETS),
    "layers": set(LAYERS),
    "schemes": set(SCHEMES),
    "activations": set(ACTIVATIONS),
    "families": set(model_types()),
    "formats": set(FORMATS),
}
"""The words before the cursor, and all names that are suggested there."""

PATHS = {
    *("init", "init -o", "init --output", "init --report", "plan", "plan a.yaml", "summary", "inspect", "diff", "diff a.npz", "convert", "convert a.npz"),
    *("init --family", "init --base", "verify --base", "finalize", "import", "import -o", "new -o", "example -o", "import --family", "verify", "verify w.npz", "probe", "probe --input", "probe --plot", "probe --report"),
}  # fmt: skip
"""The words before the cursor, where a path is completed."""

FREE = {
    *("seed", "settings", "threads", "samples", "seeds", "steps", "sweep", "learning_rate"),
    *(
        "layer",
        "layers",
        "width",
        "dpi",
        "title",
        "depth",
        "tensor",
        "max_shard_size",
        "shard_name",
        "rank",
        "world_size",
        "trace",
        "kwargs",
        "sample",
        "units",
        "classes",
        "only",
        "expect",
        "except_",
        "ignore",
        "rename",
        "strip_prefix",
        "atol",
        "rtol",
    ),
}
"""Options whose value is a number, or a name of the user's."""


def suggested(line: str, incomplete: str = "") -> list[tuple[str, str]]:
    """Return the kinds and the values of what is suggested after ``line``."""
    completion = BashComplete(group, {}, "winitgen", VARIABLE)
    return [(item.type, item.value) for item in completion.get_completions(line.split(), incomplete)]


def test_commands_are_completed() -> None:
    """Every command is suggested, and those that begin alike."""
    assert [("plain", name) for name in COMMANDS] == suggested("")
    assert [("plain", "plan"), ("plain", "probe")] == suggested("", "p")[:2]


@pytest.mark.parametrize("name", COMMANDS)
def test_option_names_are_completed(name: str) -> None:
    """After -- every option of a command is suggested."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    options = [name for option in command.params for name in option.opts if name.startswith("--")]

    assert {*options, "--help"} == {value for _, value in suggested(name, "--")}


@pytest.mark.parametrize("line", NAMED)
def test_names_are_completed(line: str) -> None:
    """All names are suggested, and fewer after a first letter."""
    expected = NAMED[line]
    first = min(expected)[0]

    assert sorted(("plain", name) for name in expected) == sorted(suggested(line))
    assert {name for name in expected if name.startswith(first)} == {
        value for _, value in suggested(line, first)
    }


@pytest.mark.parametrize("line", sorted(PATHS))
def test_paths_are_completed(line: str) -> None:
    """Specs, weight files and reports are completed by the shell, as paths."""
    assert [("file", "sp")] == suggested(line, "sp")


def test_every_option_with_a_value_is_completed_or_free() -> None:
    """The tests above have each option of each command, except those with a value of the user's."""
    tested = {line.split()[-1] for line in (*NAMED, *PATHS)}
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_flag and option.name not in FREE:
                assert tested & set(option.opts), f"{name} {option.opts}"


@pytest.mark.parametrize(
    ("line", "incomplete", "expected"),
    [
        ("probe --compare", "normal,he_n", ["normal,he_normal"]),
        ("probe --compare", "he_normal,torch,he_n", []),
        ("probe --compare", "normal,sp", ["normal,spec"]),
        ("probe --fail-on", "dead,", ["dead,exploding", "dead,vanishing", "dead,saturating", "dead,any"]),
    ],
)
def test_a_list_is_continued_after_its_last_comma(line: str, incomplete: str, expected: list[str]) -> None:
    """The names so far stay, and none is suggested twice."""
    assert expected == [value for _, value in suggested(line, incomplete)]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_clicks(winitgen: Winitgen, shell: str) -> None:
    """The script printed for each shell is click's, for ``winitgen`` and its variable."""
    script = get_completion_class(shell)
    assert script is not None

    run = winitgen("completion", shell)

    assert (0, script(group, {}, "winitgen", VARIABLE).source(), "") == run
    assert f"{VARIABLE}={shell}_complete" in run.out


def test_another_shell_is_refused(winitgen: Winitgen) -> None:
    """The message names the shells."""
    run = winitgen("completion", "csh")

    assert (2, "", "winitgen completion: SHELL: 'csh' is not one of 'bash', 'zsh', 'fish'\n") == run


def test_a_run_with_the_variable_completes(winitgen: Winitgen) -> None:
    """The variable makes a run print suggestions, and do nothing else."""
    words = {"COMP_WORDS": "winitgen plan --layout ", "COMP_CWORD": "3"}

    expected = "".join(f"plain,{name}\n" for name in sorted(LAYOUTS))
    assert (0, expected, "") == winitgen(**{VARIABLE: "bash_complete", **words})


BASH = """
winitgen() { "$PYTHON" -m winitgen "$@"; }
env() { "$(type -P env)" "${@:1:$#-1}" "$PYTHON" -m winitgen; }
compopt() { printf 'compopt %s %s\\n' "$@"; }
source <(winitgen completion bash)
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_winitgen_completion winitgen
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""Source the script and complete the last argument, with this version instead of the installed program."""


REPLIES = {
    "pla": ["plan"],
    "init m.yaml --layout k": ["keras"],
    "init m.yaml --dtype bf": ["bfloat16"],
    "init m.yaml --format saf": ["safetensors"],
    "probe m.yaml --compare torch,he_n": ["torch,he_normal"],
    "probe m.yaml --fail-on van": ["vanishing"],
    "probe m.yaml --figure his": ["histograms"],
    "verify w.n": ["compopt -o default", ""],
    "completion f": ["fish"],
}
"""The words on a command line, and the replies of the completion function for the last."""


@pytest.mark.parametrize("line", REPLIES)
def test_a_real_bash_completes(line: str, tmp_path: Path) -> None:
    """The script, sourced by bash, gives the replies; for a path it asks for bash's own completion."""
    if shutil.which("bash") is None:
        missing("bash", "install it from the system's packages")
    run = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", "winitgen", *line.split()],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        check=False,
        timeout=60,
    )

    assert ("\n".join([*REPLIES[line], ""]), "") == (run.stdout, run.stderr)
