"""A property that is computed once, while other threads compute it for other objects."""

import ast
import threading
from pathlib import Path

from winitgen.numeric.kept_property import KeptProperty, kept_property

ROOT = Path(__file__).parents[2] / "winitgen"


class Square:
    """A number, whose square is computed when it is asked for."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.calls = 0
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    @kept_property
    def value(self) -> int:
        """The square."""
        self.calls += 1
        self.begun.set()
        assert self.goes_on.wait(60)
        return self.number**2


def test_computed_once() -> None:
    """Each object has its own value; the class gives the property, with its documentation."""
    three, five = Square(3), Square(5)

    assert [9, 25, 9] == [three.value, five.value, three.value]
    assert (1, 1) == (three.calls, five.calls)
    assert isinstance(Square.value, KeptProperty)
    assert "The square." == Square.value.__doc__


def test_no_lock() -> None:
    """While one thread computes it, as at a fork, another object's is there at once."""
    slow, quick, found = Square(3), Square(5), list[int]()
    slow.goes_on.clear()
    first = threading.Thread(target=lambda: slow.value, daemon=True)
    first.start()
    assert slow.begun.wait(60)
    second = threading.Thread(target=lambda: found.append(quick.value), daemon=True)
    second.start()
    second.join(10)
    slow.goes_on.set()
    first.join()

    assert [25] == found


def uses(path: Path) -> list[str]:
    """Return the places of a module that take a lock which a forked child would wait for."""
    tree = ast.parse(path.read_text("utf-8"))
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    cached = ["cached_property"] * names.count("cached_property")
    made = [
        ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    ]
    locks = [text for text in made if text.rpartition(".")[2] in {"Lock()", "RLock()", "Condition()"}]
    renewed = "register_at_fork" in path.read_text("utf-8")
    return cached if renewed else cached + locks


ON_WINDOWS = ["files/descriptors.py: Lock()"]
"""Taken only where there are no forks."""


def test_no_lock_of_all_objects_or_of_a_module() -> None:
    """Every lock of a module is renewed in a forked child, and no property takes one for all objects of its class."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {use}"
        for path in sorted(ROOT.rglob("*.py"))
        for use in uses(path)
    ]

    assert ON_WINDOWS == found


def test_a_planted_lock_is_found(tmp_path: Path) -> None:
    """Of either kind."""
    path = tmp_path / "planted.py"
    path.write_text(
        "_lock = threading.RLock()\n_other: Any = Lock()\nclass A:\n  @cached_property\n  def a(self): ...\n"
    )

    assert ["cached_property", "threading.RLock()", "Lock()"] == uses(path)
