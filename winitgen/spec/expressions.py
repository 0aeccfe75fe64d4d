"""``${...}``: expressions over the spec's variables, evaluated by simpleeval within narrow bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from winitgen.spec.mistakes import show
from winitgen.spec.operations import FUNCTIONS, BadExpression, is_number
from winitgen.spec.work import Work

PATTERN = re.compile(r"\$\{([^{}]*)\}")
LONGEST_EXPRESSION = 200
LONGEST_TEXT = 10_000
LARGEST_RESULT = 2**64
CHARACTERS_PER_STEP = 100

_LISTED = f"{', '.join(list(FUNCTIONS)[:-1])} and {list(FUNCTIONS)[-1]}"


GRAMMAR = (
    "an expression of numbers, text, variables, + - * / // % **, comparisons, in, and, or, not, if ... else, "
    f"{_LISTED}"
)
"""What an expression may hold, for messages."""


def evaluate(expression: str, names: Mapping[str, Any], work: Work | None = None) -> Any:
    """Return the value of the text between ``${`` and ``}``; a whole number is an int.

    A list is a tuple, a mapping a dict. Its steps are counted in ``work``, which remembers the value. Raises `BadExpression` with the reason.

    >>> evaluate("4 * d // 2", {"d": 64}), evaluate("d > 5 and d % 3 == 1", {"d": 64})
    (128, True)
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise BadExpression(
            f"the expression has {len(expression)} characters; at most {LONGEST_EXPRESSION} are allowed"
        )
    return _remembered(expression.strip(), names, work or Work())


def _remembered(expression: str, names: Mapping[str, Any], work: Work) -> Any:
    """Return the value of an expression; with the same values of its variables as last time it takes one step."""
    known = work.known.get(expression)
    if known is not None and all(names.get(name, work) is value for name, value in known[0]):
        work.spend(1)
        return known[1]
    value = _value(expression, names, work)
    from winitgen.spec.machine import parsed

    used = tuple((name, names.get(name, work)) for name in parsed(expression).names)
    work.known[expression] = used, value
    return value


def _value(expression: str, names: Mapping[str, Any], work: Work) -> Any:
    value = _run(expression, names, work)
    if not is_number(value):
        return value
    if not abs(value) <= LARGEST_RESULT:
        raise BadExpression(f"{show(expression)} exceeds 2^64")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _run(expression: str, names: Mapping[str, Any], work: Work) -> Any:
    import simpleeval

    from winitgen.spec import machine

    try:
        return machine.run(expression, names, work)
    except simpleeval.FunctionNotDefined as error:
        raise BadExpression(f"no function {show(str(error.func_name))}; there are {_LISTED}") from None
    except ZeroDivisionError:
        raise BadExpression(f"{show(expression)} divides by zero") from None
    except (
        simpleeval.InvalidExpression,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        SyntaxError,
        RecursionError,
    ):
        raise BadExpression(f"{show(expression)} is not {GRAMMAR}") from None


def substitute(text: str, names: Mapping[str, Any], work: Work | None = None) -> Any:
    """Return ``text`` with every ``${...}`` evaluated: the value itself if one is the whole text.

    >>> substitute("${d / 2}", {"d": 3}), substitute("block${d}", {"d": 3})
    (1.5, 'block3')
    """
    whole = PATTERN.fullmatch(text.strip())
    if whole:
        value = evaluate(whole[1], names, work)
        if isinstance(value, str) and "${" in value:  # the recipe of a file would have it evaluated again
            raise BadExpression(f"{show(text)} gives {show(value)}, but a text cannot have '${{' in it")
        return value
    work = work or Work()
    work.spend(len(text) // CHARACTERS_PER_STEP)
    length = 0

    def written(match: re.Match[str]) -> str:
        nonlocal length
        value = evaluate(match[1], names, work)
        if not is_number(value) and not isinstance(value, str):
            raise BadExpression(f"only numbers and text can be part of a text, not {show(value)}")
        length += len(str(value))
        if length > LONGEST_TEXT:
            raise BadExpression(
                f"the text has more than {LONGEST_TEXT} characters with its variables written out"
            )
        return str(value)

    replaced = PATTERN.sub(written, text)
    if "${" in replaced:
        raise BadExpression(f"{show(text)} has a '${{' without a closing '}}'")
    return replaced
