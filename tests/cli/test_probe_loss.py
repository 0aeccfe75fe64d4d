"""``winitgen probe --loss``: what is refused, and what is shown of the first step."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Winitgen


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--learning-rate", "1"],
            "winitgen: --learning-rate is that of a step against a loss; say which with --loss\n",
        ),
        (
            ["--loss", "mse", "--learning-rate", "x"],
            "winitgen: --learning-rate: expected a number above 0, not 'x'\n",
        ),
        (
            ["--loss", "mse", "--learning-rate", "nan"],
            "winitgen: --learning-rate is a finite number, not nan\n",
        ),
        (
            ["--loss", "mse", "--no-backward"],
            "winitgen: --loss sends a gradient back; leave out --no-backward\n",
        ),
    ],
)
def test_the_command_refuses_in_the_words_of_its_options(
    winitgen: Winitgen, options: list[str], message: str
) -> None:
    """Exit code 2 and one line."""
    run = winitgen("probe", "specs/mlp.yaml", *options)
    assert (2, message) == (run.code, run.err)


def test_a_step_is_shown_and_can_be_repeated(winitgen: Winitgen) -> None:
    """The table has the parameters that are not 0; the command has both options."""
    options = [
        "probe",
        "specs/mlp.yaml",
        "--samples",
        "5",
        "--loss",
        "cross_entropy",
        "--learning-rate",
        "0.5",
    ]
    shown, report = winitgen(*options).out, json.loads(winitgen(*options, "--json").out)
    [run] = report["runs"]
    assert f"winitgen {' '.join(options)}" == report["command"]
    assert 0.5 == run["step"]["learning_rate"]
    assert "update of one plain step, cross_entropy, learning rate 0.5, loss 2." in shown
    rows = [line.split()[0] for line in shown.splitlines() if line.startswith(("fc", "out")) and "/" in line]
    assert ["fc1/kernel", "fc1/bias", "fc2/kernel", "out/kernel"] == rows
