"""No handler takes everything for damage: what is wide has a reason, and lets memory and the system through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1] / "winitgen"

WIDE = {"Exception", "BaseException"}
PASSING = {"MemoryError", "OSError"}

CLEANING = "cleans up, and raises again"
CALLER = "calls an object of the caller's, whose code may raise anything"
LATER = "keeps the exception of one thread for another, which raises it"

ALLOWED = {
    (
        "cli/__init__.py",
        "_run",
    ): "the end of the command line: every exception has a handler of its own there",
    ("files/output/worker.py", "wait_for"): LATER,
    ("files/output/pump.py", "_share"): CLEANING,
    ("files/output/pump.py", "_work"): LATER,
    ("files/output/uploads.py", "run"): CLEANING,
    ("files/output/uploads.py", "_work"): LATER,
    ("files/output/folder.py", "work"): LATER,
    ("files/output/folder.py", "new_folder"): CLEANING,
    ("files/to_the_end.py", "to_the_end"): CLEANING,
    ("files/to_the_end.py", "begun_and_ended"): CLEANING,
    ("files/output/atomic.py", "new_file"): CLEANING,
    ("files/stores/store.py", "upload"): CLEANING,
    ("files/output/atomic.py", "nameless_file"): CLEANING,
    ("arguments/kinds.py", "path"): CALLER,
    ("arguments/lists.py", "_items"): CALLER,
    ("arguments/shown.py", "unboxed"): CALLER,
    ("arguments/shown.py", "whole"): CALLER,
    ("torch/filling.py", "_agreed"): "tells the other ranks, which wait, and raises again",
    ("arguments/relay.py", "_call"): "carries what the caller's function raises to the caller",
}
"""Wide handlers that may take everything, by file and function."""

CODE_OF_OTHERS = {
    ("importing/trace/library_model.py", "_settings"),
    ("importing/trace/library_model.py", "_built"),
    ("importing/trace/target.py", "_imported"),
    ("importing/trace/target.py", "call"),
    ("files/stores/trouble.py", "answers"),
}
"""Where the code of others runs, whose `OSError` is one of its failures like any other; memory passes."""

TRIED_ELSEWHERE = {("files/sandbox/served.py", ""), ("files/formats/hdf5/session.py", "")}
"""The HDF5 library turns an exception that passes through it into another one."""


class Wide(NamedTuple):
    """A wide handler: its file, its function, its line, and what the handlers before it let through."""

    file: str
    function: str
    line: int
    passing: frozenset[str]


def names(kind: ast.expr | None) -> set[str]:
    """Return the names of the exceptions of a handler; a bare one takes everything."""
    if kind is None:
        return {"BaseException"}
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return {ast.unparse(one).rpartition(".")[2] for one in kinds}


def raises_only(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler does nothing but raise the same exception again."""
    return len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise) and handler.body[0].exc is None


def found_in(tree: ast.AST, file: str, function: str = "") -> Iterator[Wide]:
    """Yield the wide handlers of a module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Try):
            passing: set[str] = set()
            for handler in node.handlers:
                if raises_only(handler):
                    passing |= names(handler.type)
                elif names(handler.type) & WIDE:
                    yield Wide(file, function, handler.lineno, frozenset(passing))
        suppressing = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress")
        if suppressing and {ast.unparse(argument) for argument in node.args} & WIDE:
            yield Wide(file, function, node.lineno, frozenset())
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from found_in(node, file, node.name if named else function)


def all_of_them() -> Iterator[Wide]:
    """Yield every wide handler of the package."""
    for path in sorted(ROOT.rglob("*.py")):
        yield from found_in(ast.parse(path.read_text("utf-8")), path.relative_to(ROOT).as_posix())


def wrong(wide: Wide) -> bool:
    """Tell whether a handler takes for damage what is none."""
    place = wide.file, wide.function
    if place in ALLOWED or (wide.file, "") in TRIED_ELSEWHERE:
        return False
    wanted = {"MemoryError"} if place in CODE_OF_OTHERS else PASSING
    return not wanted <= wide.passing


def test_no_handler_takes_everything_for_damage() -> None:
    """What is wide lets `MemoryError` and `OSError` through, or is in a list above with its reason."""
    assert [] == [wide for wide in all_of_them() if wrong(wide)]


def test_no_reason_is_left_over() -> None:
    """Every place in the lists is one that there is."""
    places = {(wide.file, wide.function) for wide in all_of_them()}

    assert set() == (set(ALLOWED) | CODE_OF_OTHERS) - places


@pytest.mark.parametrize(
    "text",
    [
        "try:\n  pass\nexcept:\n  x",
        "try:\n  pass\nexcept Exception as e:\n  raise X from e",
        "try:\n  pass\nexcept MemoryError:\n  raise\nexcept (ValueError, BaseException):\n  x",
        "try:\n  pass\nexcept (MemoryError, OSError):\n  x\nexcept Exception:\n  y",
        "with suppress(Exception):\n  pass",
        "with contextlib.suppress(BaseException):\n  pass",
    ],
)
def test_a_planted_handler_is_found(text: str) -> None:
    """Handlers of each kind, in any function of any file."""
    assert all(wrong(wide) for wide in found_in(ast.parse(text), "a.py"))
    assert list(found_in(ast.parse(f"def f():\n  {text.replace(chr(10), chr(10) + '  ')}"), "a.py"))
