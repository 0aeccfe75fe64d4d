"""What an expression can do with values: arithmetic within bounds, comparisons, logic, items of lists and mappings.

A value is a number, text, true or false, nothing, a tuple of values, or a dict of values by their keys.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from winitgen.spec.mistakes import show, suggest

Number = int | float
Plain = bool | int | float | str

LARGEST_INTERMEDIATE = 2**1023
SURELY = 2**62
"""A whole number below this is within bounds, and cheap to compare."""
MOST_SEARCHED = 1000
"""The longest list that one operation goes through: a repeat may do it for each of its layers."""


class BadExpression(Exception):
    """An expression that cannot be evaluated; the text says why."""


class UsesMistake(BadExpression):
    """An expression with a variable that has a mistake of its own, which is noted already."""


MISTAKEN: Any = object()
"""The value of a variable that has a mistake, so that its mistake is reported once."""


def is_number(value: Any) -> bool:
    """Return whether ``value`` is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Any, what: str) -> Number:
    """Return ``value`` if it is a number within bounds, so that no intermediate result grows large."""
    if not is_number(value):
        raise BadExpression(f"{what} takes numbers, not {show(value)}")
    if not abs(value) <= LARGEST_INTERMEDIATE:
        raise BadExpression("an intermediate result exceeds 2^1023")
    result: Number = value
    return result


def truth(value: Any, what: str) -> bool:
    """Return ``value`` if it is true or false; no number and no text stands for either."""
    if not isinstance(value, bool):
        raise BadExpression(f"'{what}' takes true or false, not {show(value)}")
    return value


def _not_lost(result: Number, *operands: Number) -> Number:
    """Return a product, a quotient or a power, which is 0 only if a factor is: the smallest ones have no float64."""
    if result == 0 and all(operands):
        raise BadExpression(
            "an intermediate result is too small for float64, whose smallest number is 5e-324; write 0"
        )
    return result


def _arithmetic(symbol: str, compute: Callable[..., Any]) -> Callable[..., Number]:
    """Return ``compute`` for bounded numbers only; text and truth values are refused."""

    def computed(*operands: Any) -> Number:
        for operand in operands:
            if type(operand) is not int or not -SURELY < operand < SURELY:  # the cheapest test first
                number(operand, symbol)
        result = compute(*operands)
        return result if type(result) is int and -SURELY < result < SURELY else number(result, symbol)

    return computed


def _power(base: Number, exponent: Number) -> Number:
    """Return base ** exponent, for a float by multiplication only: the result of its `pow` differs between machines."""
    if isinstance(exponent, float) and exponent.is_integer():  # such as 4/2
        exponent = int(exponent)
    if not isinstance(exponent, int) or abs(exponent) > 64:
        raise BadExpression(f"the exponent of ** must be a whole number from -64 to 64, not {exponent}")
    power: Number = 1
    if isinstance(base, int):
        power = base ** abs(exponent)
    else:
        for _ in range(abs(exponent)):  # once too large it stays so
            power *= base
    number(_not_lost(power, base), "**")
    return power if exponent >= 0 else _not_lost(1 / power, base)


def _order(symbol: str, compare: Callable[..., bool]) -> Callable[..., bool]:
    return lambda a, b: compare(number(a, symbol), number(b, symbol))


def _equal(a: Any, b: Any) -> bool:
    """Return whether two plain values are the same; a number, a text and true are never equal."""
    for value in (a, b):
        if isinstance(value, tuple | dict):
            raise BadExpression(f"== and != compare numbers, text, true and false, not {show(value)}")
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _within(item: Any, held: Any) -> bool:
    """Return whether a list has an item, or a mapping a key."""
    if not isinstance(held, tuple | dict):
        raise BadExpression(f"'in' needs a list or a mapping after it, not {show(held)}")
    if isinstance(held, dict):
        return isinstance(item, str) and item in held
    if isinstance(item, tuple | dict):
        return any(
            _equal(item, other) for other in _searched(held, "in") if not isinstance(other, tuple | dict)
        )
    same = [other for other in _searched(held, "in") if other == item]
    return any(isinstance(other, bool) == isinstance(item, bool) for other in same)


def _searched(held: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """Return a list that is short enough to go through."""
    if len(held) > MOST_SEARCHED:
        raise BadExpression(f"'{what}' goes through at most {MOST_SEARCHED} items, not {len(held)}")
    return held


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _arithmetic("+", operator.add),
    ast.Sub: _arithmetic("-", operator.sub),
    ast.Mult: _arithmetic("*", lambda a, b: _not_lost(a * b, a, b)),
    ast.Div: _arithmetic("/", lambda a, b: _not_lost(a / b, a)),
    ast.FloorDiv: _arithmetic("//", operator.floordiv),
    ast.Mod: _arithmetic("%", operator.mod),
    ast.Pow: _arithmetic("**", _power),
    ast.USub: _arithmetic("-", operator.neg),
    ast.UAdd: _arithmetic("+", operator.pos),
    ast.Eq: _equal,
    ast.NotEq: lambda a, b: not _equal(a, b),
    ast.Lt: _order("<", operator.lt),
    ast.LtE: _order("<=", operator.le),
    ast.Gt: _order(">", operator.gt),
    ast.GtE: _order(">=", operator.ge),
    ast.In: _within,
    ast.NotIn: lambda item, held: not _within(item, held),
    ast.Not: lambda value: not truth(value, "not"),
}
"""What each operator does."""


def _sqrt(x: Any) -> float:
    if number(x, "sqrt") < 0:
        raise BadExpression(f"sqrt of a negative number, {x}")
    return math.sqrt(x)


def _extreme(name: str, choose: Callable[..., Any]) -> Callable[..., Number]:
    """Return min or max, of its arguments or of the list that is its only one."""

    def chosen(*given: Any) -> Number:
        values = given[0] if len(given) == 1 and isinstance(given[0], tuple) else given
        if not values:
            raise BadExpression(f"{name} needs at least one number")
        return number(choose(number(value, name) for value in _searched(values, name)), name)

    return chosen


def _length(held: Any) -> int:
    if not isinstance(held, tuple | dict):
        raise BadExpression(f"len takes a list or a mapping, not {show(held)}")
    return len(held)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": _sqrt,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "abs": _arithmetic("abs", abs),
    "len": _length,
}
"""The functions by their names."""


def item_of(held: Any, key: Any, of: ast.expr, from_end: bool) -> Any:
    """Return an item of a list or the value of a key; ``of`` is the part of the expression that gave ``held``.

    Raises `BadExpression`. Only ``from_end``, with an index written as ``-1``, counts from the end: one that is
    computed and falls below 0 is a mistake.
    """
    if type(held) is tuple and type(key) is int and 0 <= key < len(held):  # most are
        return held[key]
    if isinstance(held, dict):
        return value_of_key(held, key, of)
    if not isinstance(held, tuple):
        raise BadExpression(f"{_spelled(of)} is {show(held)}, which has no items")
    if not is_number(key) or key != int(number(key, "[]")):
        raise BadExpression(f"an item of {_spelled(of)} is chosen by a whole number, not by {show(key)}")
    index = int(key)
    if -len(held) <= index < 0 and from_end:
        return held[index]
    if not 0 <= index < len(held):
        count = len(held)
        has = (
            "no items" if count == 0 else "one item, 0" if count == 1 else f"{count} items, 0 to {count - 1}"
        )
        raise BadExpression(f"{_spelled(of)} has {has}; there is no item {show(index)}")
    return held[index]


def value_of_key(held: Any, key: Any, of: ast.expr) -> Any:
    """Return the value of a key; ``of`` is the part of the expression that gave ``held``. Raises `BadExpression`."""
    if isinstance(held, tuple):
        raise BadExpression(f"{_spelled(of)} is a list; choose an item of it first, as in stages[0].width")
    if not isinstance(held, dict):
        raise BadExpression(f"{_spelled(of)} is {show(held)}, which has no keys")
    if not isinstance(key, str):
        key = str(key) if is_number(key) else key
    if isinstance(key, str) and key in held:
        return held[key]
    keys = list(held)
    hint = suggest(key, keys) if isinstance(key, str) else ""
    listed = ", ".join(keys[:8])
    known = f"; its keys are {listed}" if len(listed) <= 80 and len(keys) <= 8 and keys else ""
    raise BadExpression(f"{_spelled(of)} has no key {show(key)}{hint or known}")


def _spelled(part: ast.expr) -> str:
    """Return a part of an expression as messages quote it."""
    return show(ast.unparse(part))
