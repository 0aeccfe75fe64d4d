import math
from collections.abc import Callable

import pytest

from winitgen.errors import UsageError
from winitgen.planning.plan import Plan
from winitgen.spec.replacements import parse_variable
from winitgen.spec.expressions import evaluate
from winitgen.spec.operations import BadExpression

Planned = Callable[..., Plan]

SPEC = """
input: 8
vars: {d: 64, n: "${4 * d}", half: "${n / 2}"}
layers:
  - {name: "fc${d}", type: dense, units: "${n}", init: {scheme: normal, std: "${1 / sqrt(d)}"}}
  - {name: out, type: dense, units: "${half}"}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("7 // 2", 3),
        ("7 / 2", 3.5),
        ("6 / 2", 3),
        ("-d", -64),
        ("2**10", 1024),
        ("2**-1", 0.5),
        ("(1 + 1)**2", 4),
        ("sqrt(d)", 8),
        ("0.02 / sqrt(2 * 12)", 0.02 / math.sqrt(24)),
    ],
)
def test_arithmetic(expression: str, expected: float) -> None:
    """`+ - * / // **` and sqrt mean what they do in Python; a whole result is a whole number."""
    value = evaluate(expression, {"d": 64})

    assert (expected, type(expected)) == (value, type(value))


def test_power_multiplies() -> None:
    """`**` is repeated multiplication, the same on every machine."""
    expected = 1.1 * 1.1 * 1.1 * 1.1 * 1.1

    assert expected == evaluate("1.1**5", {})


@pytest.mark.parametrize(
    "expression",
    [
        "'a'",
        "[1]",
        "True + 1",
        "d if 1 else 2",
        "lambda: 1",
        "d.real",
        "d[0]",
        "f'{d}'",
        "1 < 2",
        "1 and 2",
        "~1",
    ],
)
def test_nothing_else(expression: str) -> None:
    """Nothing but arithmetic is evaluated."""
    with pytest.raises(BadExpression):
        evaluate(expression, {"d": 64})


def test_variables(planned: Planned) -> None:
    """Variables may use earlier ones, and may occur in names, sizes and scheme options."""
    kernel, _, out, _ = planned(SPEC).parameters

    assert ("fc64/kernel", (256, 8), 0.125) == (kernel.id, kernel.shape, kernel.std)
    assert (128, 256) == out.shape


def test_replaced_variables(planned: Planned) -> None:
    """A variable of the call replaces the spec's, and those that depend on it change."""
    kernel, *_ = planned(SPEC, {"d": 16}).parameters

    assert ("fc16/kernel", (64, 8), 0.25) == (kernel.id, kernel.shape, kernel.std)


def test_unknown_replacement(planned: Planned) -> None:
    """A variable that the spec does not have cannot be replaced."""
    with pytest.raises(
        UsageError, match=r"the spec has no variable 'half_' in 'vars'; did you mean 'half'\?"
    ):
        planned(SPEC, {"half_": 1})


@pytest.mark.parametrize(("text", "expected"), [("d=128", 128), ("d=1e-3", 0.001), ("d=0x10", 16)])
def test_set(text: str, expected: float) -> None:
    """What follows --set is a name and a number."""
    assert ("d", expected) == parse_variable(text)


@pytest.mark.parametrize("text", ["d", "d=", "d=wide", "d=true", "d=.inf", "d=.nan", "d=" + "9" * 70, "d=~"])
def test_set_refused(text: str) -> None:
    """Anything else is refused, with an example."""
    with pytest.raises(UsageError, match="--set takes VAR=NUMBER, such as d=128, not"):
        parse_variable(text)
