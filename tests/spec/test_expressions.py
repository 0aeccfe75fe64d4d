import math
import sys
from collections.abc import Callable

import pytest

from winitgen.errors import UsageError
from winitgen.planning.plan import Plan
from winitgen.spec.expressions import GRAMMAR, evaluate
from winitgen.spec.mistakes import show
from winitgen.spec.operations import BadExpression
from winitgen.spec.work import Work

Planned = Callable[..., Plan]

TOO_SMALL = "too small for float64, whose smallest number is 5e-324; write 0"

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
        ("2**(4 / 2)", 4),
        ("4**sqrt(4)", 16),
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


VALUES = {
    "d": 64,
    "bias": False,
    "act": "relu",
    "depth": (3, 4, 6, 3),
    "stages": ({"width": 40, "kernel": (3, 5)}, {"width": 80, "kernel": (7, 9)}),
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("5.5 % 2", 1.5),
        ("min(3, d, 5)", 3),
        ("max(depth)", 6),
        ("abs(3 - d)", 61),
        ("len(stages) + len(depth)", 6),
        ("len(stages[0])", 2),
        ("1 < 2 <= 2", True),
        ("1 < 2 < 2", False),
        ("d == 64.0", True),
        ("d != 64", False),
        ("3 >= 4 or 4 > 3", True),
        ("not bias and act == 'relu'", True),
        ("d == act", False),
        ("true == 1", False),
        ("true == True", True),
        ("false or False", False),
        ("3 in depth", True),
        ("5 not in [3, 4]", True),
        ("True in [1]", False),
        ("'width' in stages[0]", True),
        ("1 if bias else 2 if d > 5 else 3", 2),
        ("act", "relu"),
        ("bias", False),
        ("'conv' if bias else 'dense'", "dense"),
        ("depth", (3, 4, 6, 3)),
        ("depth[2]", 6),
        ("depth[4 / 2]", 6),
        ("depth[-1]", 3),
        ("stages[1].width", 80),
        ("stages[-2]['width']", 40),
        ("stages[1].kernel[0] * 2", 14),
        ("[d, 3]", (64, 3)),
    ],
)
def test_values(expression: str, expected: object) -> None:
    """Comparisons and logic give true or false, items of lists and mappings are reached; as in Python, but strict."""
    value = evaluate(expression, VALUES)

    assert (expected, type(expected)) == (value, type(value))


@pytest.mark.parametrize(
    "expression",
    [
        "true or 1 / 0 > 1",
        "false and depth[9] == 1",
        "true",
        "4 == 4 if d > 1 else depth[9]",
        "1 > 2 > 1 / 0 or true",
    ],
)
def test_what_does_not_matter_is_not_evaluated(expression: str) -> None:
    """`and`, `or`, `if` and chains of comparisons stop as soon as the result is known."""
    assert evaluate(expression, VALUES) in (True, False)


def test_a_variable_may_be_called_true() -> None:
    """YAML's words are constants only as long as no variable has their name."""
    assert 5 == evaluate("true + 2", {"true": 3})


@pytest.mark.parametrize(
    "expression",
    [
        "True + 1",
        "d if 1 else 2",
        "lambda: 1",
        "d.real",
        "d[0]",
        "depth.count",
        "act[0]",
        "act.upper()",
        "f'{d}'",
        "1 and 2",
        "~1",
        "{}",
        "(1, 2)",
        "[x for x in depth]",
        "max(*depth)",
        "1 is 1",
        "None",
        "b'a'",
        "1j",
        "...",
        "d := 3",
        "act * 3",
        "depth + depth",
        "depth[True]",
        "min()",
    ],
)
def test_nothing_else(expression: str) -> None:
    """Nothing else of Python is evaluated."""
    with pytest.raises(BadExpression):
        evaluate(expression, VALUES)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("3 in long", "'in' goes through at most 1000 items, not 1001"),
        ("max(long)", "'max' goes through at most 1000 items, not 1001"),
        ("long[1001]", "'long' has 1001 items, 0 to 1000; there is no item 1001"),
        ("one[1]", "'one' has one item, 0; there is no item 1"),
        ("none[0]", "'none' has no items; there is no item 0"),
        ("one[-2]", "'one' has one item, 0; there is no item -2"),
        ("one[0][0]", "'one[0]' is 7, which has no items"),
        ("kinds.c", "'kinds' has no key 'c'; its keys are a, b"),
        ("kinds[true]", "'kinds' has no key true; its keys are a, b"),
        ("many.k1000", "'many' has no key 'k1000'; did you mean 'k100'?"),
        ("many.zz", "'many' has no key 'zz'"),
        ("true if 1 else 2", "'if' takes true or false, not 1"),
        ("1 or true", "'or' takes true or false, not 1"),
        ("[kinds]", "a list in an expression holds numbers, text, true and false, not a mapping"),
        ("1e400 > 1", "an intermediate result exceeds 2^1023"),
        ("3 * 2e-330 + 1", f"2e-330 is {TOO_SMALL}"),
        ("tiny * tiny", f"an intermediate result is {TOO_SMALL}"),
        ("tiny / 1e150", f"an intermediate result is {TOO_SMALL}"),
        ("(-tiny) ** 2 < 1", f"an intermediate result is {TOO_SMALL}"),
        ("tiny ** -2", f"an intermediate result is {TOO_SMALL}"),
        ("7 % 0", "'7 % 0' divides by zero"),
        ("min(3, 'a')", "min takes numbers, not 'a'"),
        ("abs('a')", "abs takes numbers, not 'a'"),
        ("max()", "max needs at least one number"),
    ],
)
def test_messages(expression: str, message: str) -> None:
    """A mistake is told in one line, with the limits that it passes."""
    many = {f"k{number}": number for number in range(200)}
    kinds = {"a": 1, "b": 2}
    names = {
        "long": tuple(range(1001)),
        "one": (7,),
        "none": (),
        "kinds": kinds,
        "many": many,
        "tiny": 1e-180,
    }
    with pytest.raises(BadExpression) as caught:
        evaluate(expression, names)

    assert message == str(caught.value)


@pytest.mark.parametrize(
    "expression",
    ["0 * tiny", "-0.0 / 3", "0.00e-400", "0.0 ** 2", "tiny - tiny", "tiny // 1", "False and 1 > 0"],
)
def test_zeros(expression: str) -> None:
    """What is 0 by itself stays so."""
    assert 0 == evaluate(expression, {"tiny": 1e-180, "False": False})


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


def test_an_expression_is_evaluated_once_while_its_variables_stay() -> None:
    """With the same values it takes one step; with another value of one of its variables, all of its steps."""
    work = Work()
    width = 2**40
    names = {"d": width, "e": 1}

    assert width + 3 == evaluate("d + 1 + 1 + 1", names, work)
    first = work.steps
    assert width + 3 == evaluate("d + 1 + 1 + 1", {**names, "e": 2}, work)
    assert first + 1 == work.steps
    assert width + 4 == evaluate("d + 1 + 1 + 1", {"d": width + 1}, work)
    assert 2 * first + 1 == work.steps
    assert width + 3 == evaluate("d + 1 + 1 + 1", names, work)


def test_true_is_not_remembered_when_a_variable_has_its_name() -> None:
    """A variable that replaces a word of YAML is another value of it."""
    work = Work()

    assert evaluate("true", {}, work) is True
    assert 3 == evaluate("true", {"true": 3}, work)
    assert evaluate("true", {}, work) is True


@pytest.mark.parametrize("base", [1.1, -0.3, 7, -3, 2**15, 0])
@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 17, 64, -1, -5, -64])
def test_powers_are_products(base: float, exponent: int) -> None:
    """A power is the product that multiplying one by one gives, to the last bit."""
    expected: float = 1
    for _ in range(abs(exponent)):
        expected *= base
    if exponent < 0 and expected == 0:
        return
    expected = expected if exponent >= 0 else 1 / expected
    if abs(expected) > 2**64:
        return

    assert expected == evaluate("b ** n", {"b": base, "n": exponent})


@pytest.mark.parametrize(
    "expression",
    [
        "4; 7",
        "4 ;",
        ";4",
        "4 # a",
        "4#",
        "(4 # a\n)",
        "4\n7",
        "4\n# a",
        "d = 4",
        "'#' # a",
        "4 if true else 5; 6",
    ],
)
def test_nothing_follows_an_expression(expression: str) -> None:
    """A second statement or a comment is no part of it, and not dropped silently."""
    with pytest.raises(BadExpression) as caught:
        evaluate(expression, {"d": 64})

    assert str(caught.value) == f"{show(expression)} is not {GRAMMAR}"


def test_a_hash_in_text_is_text() -> None:
    """So is a semicolon; and an expression may go on in the next line within brackets."""
    assert ["a#b;", True, 9] == [evaluate(one, {"t": "a#"}) for one in ("'a#b;'", "t == 'a#'  ", "(4\n + 5)")]


@pytest.mark.parametrize("item", [999, -1, "'text'", "True"])
def test_a_list_is_searched_without_a_call_for_each_item(item: object) -> None:
    """A spec may search its lists 3,000,000 items long; calls are counted, which no machine makes slower."""
    widths, counted = tuple(range(1000)), 0
    evaluate("0 in widths", {"widths": (0,)})  # imports what evaluates

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        found = evaluate(f"{item} in widths", {"widths": widths})
    finally:
        sys.setprofile(None)

    assert (item == 999) == found
    assert 500 > counted
