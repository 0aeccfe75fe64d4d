"""Evaluating an expression by simpleeval, with the operations of the spec only."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Callable, Mapping
from functools import lru_cache
from io import StringIO
from typing import Any, NamedTuple

import simpleeval

from winitgen.numeric.unwarned import unwarned
from winitgen.spec.mistakes import show, suggest
from winitgen.spec.operations import (
    FUNCTIONS,
    MISTAKEN,
    OPERATORS,
    BadExpression,
    UsesMistake,
    item_of,
    truth,
    value_of_key,
)
from winitgen.spec.scalars import fraction
from winitgen.spec.work import Work

CONSTANTS = {"true": True, "false": False, "null": None}
"""YAML's words, which a variable of the same name replaces."""

_UNKNOWN: Any = object()
"""What a name stands for that is neither a variable nor a constant."""

_REUSED = (ast.Expr, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call)
"""The kinds of nodes that simpleeval evaluates as they are meant here."""

_Evaluate = Callable[[Any], Any]
_Operation = Callable[..., Any]

_SEARCHING = (ast.In, ast.NotIn)


class Parsed(NamedTuple):
    """An expression: its tree, how many steps it takes, and the names in it."""

    tree: ast.AST
    steps: int
    names: tuple[str, ...]


@lru_cache(maxsize=1024)
def parsed(expression: str) -> Parsed:
    """Return an expression, which a repeat evaluates many times, parsed."""
    try:
        with unwarned():  # the parser warns about text such as 1if
            tree = ast.parse(expression.strip(), mode="eval").body  # one expression, and nothing after it
    except MemoryError:  # what the parser raises for too many levels
        raise SyntaxError from None
    if "#" in expression and _has_comment(expression):
        raise SyntaxError
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    _check_constants(expression.strip(), nodes)
    names = dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name))
    return Parsed(tree, len(nodes), tuple(names))


def _check_constants(expression: str, nodes: list[ast.expr]) -> None:
    """Raise `BadExpression` for a number that Python reads as 0, though it is none."""
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is float and not node.value:
            try:
                fraction(ast.get_source_segment(expression, node) or "")
            except ValueError as error:
                raise BadExpression(str(error)) from None


def _has_comment(expression: str) -> bool:
    """Return whether Python would ignore the end of an expression that it can parse."""
    lines = tokenize.generate_tokens(StringIO(expression.strip()).readline)
    return any(token.type == tokenize.COMMENT for token in lines)


def _counted(operation: _Operation, work: Work) -> _Operation:
    """Return an operation that counts the items of the lists it is given."""

    def counted(*given: Any) -> Any:
        work.spend(sum(len(value) for value in given if isinstance(value, tuple)))
        return operation(*given)

    return counted


def run(expression: str, names: Mapping[str, Any], work: Work) -> Any:
    """Return the value of an expression, with its steps counted in ``work``.

    Raises `BadExpression`, or an error of Python or of simpleeval.
    """
    tree, steps, _ = parsed(expression)
    work.spend(steps)
    machine = work.machine = work.machine or _machine(work)
    machine.names = names
    return machine.eval(expression, previously_parsed=tree)


def _machine(work: Work) -> Any:
    """Return what evaluates all expressions of a document; the variables in scope are its ``names``."""
    operators = OPERATORS | {kind: _counted(OPERATORS[kind], work) for kind in _SEARCHING}
    functions = FUNCTIONS | {name: _counted(FUNCTIONS[name], work) for name in ("min", "max")}
    machine = simpleeval.SimpleEval(operators=operators, functions=functions)
    evaluate: _Evaluate = machine._eval  # how simpleeval's own nodes evaluate theirs
    machine.nodes = {kind: machine.nodes[kind] for kind in _REUSED} | {
        ast.Name: lambda node: _name(node.id, machine.names),
        ast.Constant: _constant,
        ast.BoolOp: lambda node: _logic(node, evaluate),
        ast.IfExp: lambda node: _choice(node, evaluate),
        ast.List: lambda node: _list(node, evaluate),
        ast.Subscript: lambda node: _item(node, evaluate),
        ast.Attribute: lambda node: value_of_key(evaluate(node.value), node.attr, node.value),
    }
    machine._check_disallowed_items = _harmless
    return machine


def _harmless(_: Any) -> None:
    """Spare simpleeval's walk through every list: a spec's values hold no functions."""


def _name(name: str, names: Mapping[str, Any]) -> Any:
    value = names.get(name, CONSTANTS.get(name, _UNKNOWN))
    if value is MISTAKEN:
        raise UsesMistake
    if value is _UNKNOWN:
        raise BadExpression(f"no variable {show(name)} in 'vars'{suggest(name, list(names))}")
    return value


def _constant(node: ast.Constant) -> Any:
    if not isinstance(node.value, bool | int | float | str):
        raise TypeError
    return node.value


def _logic(node: ast.BoolOp, evaluate: _Evaluate) -> bool:
    """Return the value of ``and`` or ``or``; what no longer matters is not evaluated."""
    stop = isinstance(node.op, ast.Or)
    word = "or" if stop else "and"
    return next((stop for part in node.values if truth(evaluate(part), word) is stop), not stop)


def _choice(node: ast.IfExp, evaluate: _Evaluate) -> Any:
    """Return the value of ``a if b else c``; the branch that is not taken is not evaluated."""
    return evaluate(node.body if truth(evaluate(node.test), "if") else node.orelse)


def _list(node: ast.List, evaluate: _Evaluate) -> tuple[Any, ...]:
    """Return a list of plain values, which cannot grow."""
    values = tuple(evaluate(item) for item in node.elts)
    for value in values:
        if isinstance(value, tuple | dict):
            raise BadExpression(
                f"a list in an expression holds numbers, text, true and false, not {show(value)}"
            )
    return values


def _item(node: ast.Subscript, evaluate: _Evaluate) -> Any:
    index = node.slice
    minus = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
    from_end = minus and isinstance(getattr(index, "operand", None), ast.Constant)
    return item_of(evaluate(node.value), evaluate(index), node.value, from_end)
