"""``${...}``: arithmetic over the spec's variables, evaluated by simpleeval within narrow bounds."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from winitgen.spec.mistakes import show, suggest

Number = int | float

PATTERN = re.compile(r"\$\{([^{}]*)\}")
LONGEST_EXPRESSION = 200
LARGEST_RESULT = 2**64
LARGEST_INTERMEDIATE = 2**1023


class BadExpression(Exception):
    """An expression that cannot be evaluated; the text says why."""


def _power(base: Number, exponent: Number) -> Number:
    """Return base ** exponent by multiplication only: the result of `pow` differs between machines."""
    if not isinstance(exponent, int) or abs(exponent) > 64:
        raise BadExpression(f"the exponent of ** must be a whole number from -64 to 64, not {exponent}")
    power: Number = 1
    for _ in range(abs(exponent)):
        power = _bounded(power * base)
    return power if exponent >= 0 else 1 / power


def _bounded(value: Any) -> Number:
    """Return ``value`` if it is a number within bounds, so that no intermediate result grows large."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not abs(value) <= LARGEST_INTERMEDIATE:
        raise BadExpression("an intermediate result exceeds 2^1023")
    return value


def _arithmetic(compute: Callable[..., Any]) -> Callable[..., Number]:
    """Return ``compute`` for bounded numbers only; text and truth values are refused."""
    return lambda *operands: _bounded(compute(*map(_bounded, operands)))


def _sqrt(x: Number) -> float:
    if _bounded(x) < 0:
        raise BadExpression(f"sqrt of a negative number, {x}")
    return math.sqrt(x)


def evaluate(expression: str, names: Mapping[str, Number]) -> Number:
    """Return the value of the text between ``${`` and ``}``; a whole result is an int.

    Raises `BadExpression` with the reason.

    >>> evaluate("4 * d // 2", {"d": 64})
    128
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise BadExpression(
            f"the expression has {len(expression)} characters; at most {LONGEST_EXPRESSION} are allowed"
        )
    value = _run(expression.strip(), names)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadExpression(f"{show(expression)} is not a number")
    if not abs(value) <= LARGEST_RESULT:
        raise BadExpression(f"{show(expression)} exceeds 2^64")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _run(expression: str, names: Mapping[str, Number]) -> Any:
    import simpleeval

    machine = simpleeval.SimpleEval(
        operators={
            ast.Add: _arithmetic(operator.add),
            ast.Sub: _arithmetic(operator.sub),
            ast.Mult: _arithmetic(operator.mul),
            ast.Div: _arithmetic(operator.truediv),
            ast.FloorDiv: _arithmetic(operator.floordiv),
            ast.Pow: _arithmetic(_power),
            ast.USub: _arithmetic(operator.neg),
            ast.UAdd: _arithmetic(operator.pos),
        },
        functions={"sqrt": _sqrt},
        names=dict(names),
    )
    allowed = ("Expr", "BinOp", "UnaryOp", "Constant", "Num", "Name", "Call")
    machine.nodes = {kind: visit for kind, visit in machine.nodes.items() if kind.__name__ in allowed}
    try:
        with warnings.catch_warnings(action="ignore"):  # the parser warns about text such as 1if
            return machine.eval(expression)
    except BadExpression:
        raise
    except simpleeval.NameNotDefined as error:
        raise BadExpression(
            f"no variable {show(error.name)} in 'vars'{suggest(error.name, list(names))}"
        ) from None
    except simpleeval.FunctionNotDefined as error:
        raise BadExpression(f"no function {show(str(error.func_name))}; the only one is sqrt") from None
    except ZeroDivisionError:
        raise BadExpression(f"{show(expression)} divides by zero") from None
    except (
        simpleeval.InvalidExpression,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        SyntaxError,
        RecursionError,
        MemoryError,
    ):
        raise BadExpression(f"{show(expression)} is not arithmetic with + - * / // ** and sqrt") from None


def substitute(text: str, names: Mapping[str, Number]) -> str | Number:
    """Return ``text`` with every ``${...}`` evaluated: a number if one is the whole text.

    >>> substitute("${d / 2}", {"d": 3}), substitute("block${d}", {"d": 3})
    (1.5, 'block3')
    """
    whole = PATTERN.fullmatch(text.strip())
    if whole:
        return evaluate(whole[1], names)
    replaced = PATTERN.sub(lambda match: str(evaluate(match[1], names)), text)
    if "${" in replaced:
        raise BadExpression(f"{show(text)} has a '${{' without a closing '}}'")
    return replaced
