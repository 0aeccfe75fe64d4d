"""What --trace names, and its arguments: every refusal on its whole text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import UsageError
from winitgen.importing.trace import of_class, of_config
from winitgen.importing.trace.needed import need
from winitgen.importing.trace.target import call_of, check_arguments, takes, target_of

MODULE = """
import collections

class Small:
    def __init__(self, width, *, depth=2):
        if width < 0:
            raise ValueError("the width\\n  is below 0")
        self.width, self.depth = width, depth

class Outer:
    Inner = Small

class Meta(type):
    def __call__(cls, *args, **kwargs):
        return super().__call__(*args, **kwargs)

class WithMeta(metaclass=Meta):
    def __init__(self, width):
        self.width = width

def anything(**kwargs):
    return kwargs

NUMBER = 3
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with modules of a user, one of which cannot be imported."""
    (tmp_path / "mine.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("raise RuntimeError('no such\\nluck')\n")
    (tmp_path / "leaving.py").write_text("raise SystemExit(0)\n")
    (tmp_path / "lacking.py").write_text("import a_package_of_nobody\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(tmp_path), *__import__("sys").path])


def test_a_target_is_found() -> None:
    """A class, one inside another, and a function, in a module of the current folder."""
    assert "Small" == target_of("mine:Small").__name__
    assert target_of("mine:Outer.Inner") is target_of("mine:Small")
    assert {"a": 1} == call_of(target_of("mine:anything"), "mine:anything")(a=1)
    assert 4 == call_of(target_of("mine:Small"), "mine:Small")(width=4).width


REFUSED = {
    "torch": "expected PACKAGE.MODULE:CLASS, such as torchvision.models:resnet18, not 'torch'",
    ":Small": "expected PACKAGE.MODULE:CLASS, such as torchvision.models:resnet18, not ':Small'",
    "mine:": "expected PACKAGE.MODULE:CLASS, such as torchvision.models:resnet18, not 'mine:'",
    "mine.py:Small": "mine.py:Small: 'mine.py' is a file, and a module is expected; write mine:Small",
    "./nets/mine.py:Small": (
        "./nets/mine.py:Small: './nets/mine.py' is a file, and a module is expected; write nets.mine:Small"
    ),
    "nobodys:Small": "nobodys:Small: there is no module 'nobodys'; is it installed, or in this folder?",
    "mine.inner:Small": "mine.inner:Small: there is no module 'mine.inner'; is it installed, or in this folder?",
    "lacking:A": "lacking:A: importing it failed: ModuleNotFoundError: No module named 'a_package_of_nobody'",
    "broken:A": "broken:A: importing it failed: RuntimeError: no such",
    "leaving:A": "leaving:A: importing it ends the program, so there is no model",
    "mine:Smal": "mine:Smal: mine has no 'Smal'; did you mean 'Small'?",
    "mine:Outer.Iner": "mine:Outer.Iner: Outer has no 'Iner'; did you mean 'Inner'?",
    "mine:NUMBER": "mine:NUMBER: expected a class, or a function that returns a model, not 3",
}


@pytest.mark.parametrize("target", REFUSED)
def test_targets_that_name_nothing(target: str) -> None:
    """One line says what is not there."""
    with pytest.raises(UsageError) as refusal:
        of_class(target, {})

    assert REFUSED[target] == str(refusal.value)


ARGUMENTS: list[tuple[str, dict[str, Any], str]] = [
    ("mine:Small", {"widht": 3}, "mine:Small takes no argument 'widht'; did you mean 'width'?"),
    ("mine:Small", {"zz": 3, "width": 1}, "mine:Small takes no argument 'zz'; it takes width, depth"),
    ("mine:WithMeta", {"zz": 3}, "mine:WithMeta takes no argument 'zz'; it takes width"),
    ("mine:Small", {"depth": 3}, "mine:Small needs width; give --kwargs '{\"width\": ...}'"),
    ("builtins:exit", {}, "builtins:exit: building it ends the program, so there is no model"),
    ("mine:Small", {"width": -3}, "mine:Small: building it failed: ValueError: the width"),
    (
        "mine:Small",
        {"width": "3"},
        "mine:Small: building it failed: TypeError: '<' not supported between instances of 'str' and 'int'",
    ),
]


@pytest.mark.parametrize(("target", "kwargs", "message"), ARGUMENTS)
def test_arguments_that_are_wrong(target: str, kwargs: dict[str, Any], message: str) -> None:
    """An argument that is not taken, the lack of one, and one that the class refuses."""
    build = target_of(target)
    with pytest.raises(UsageError) as refusal:
        _checked_call(build, kwargs, target)

    assert message == str(refusal.value)


def _checked_call(build: Any, kwargs: dict[str, Any], target: str) -> None:
    check_arguments(build, kwargs, target)
    call_of(build, target)(**kwargs)


def test_the_parameters_of_a_class_are_its_own() -> None:
    """A metaclass that takes anything hides them from Python, not from here."""
    assert ["width"] == list(takes(target_of("mine:WithMeta")) or ())
    assert takes(call_of(target_of("mine:Small"), "mine:Small")) == takes(target_of("mine:Small"))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("nobodys_a",),
            "nobodys_a is needed to trace; install with: pip install 'winitgen[trace]' ('.[trace]' in a clone)",
        ),
        (
            ("os", "nobodys_a", "nobodys_b"),
            "nobodys_a and nobodys_b are needed to trace; install with: pip install 'winitgen[trace]' ('.[trace]' in a clone)",
        ),
    ],
)
def test_missing_packages(names: tuple[str, ...], message: str) -> None:
    """The message names them, and the extra that installs them."""
    with pytest.raises(UsageError) as refusal:
        need(*names)

    assert message == str(refusal.value)


def test_a_config_cannot_be_traced_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which packages are missing, whatever the config holds."""
    monkeypatch.setattr("winitgen.importing.trace.needed.find_spec", lambda _: None)
    with pytest.raises(UsageError) as refusal:
        of_config(b'{"model_type": "bert"}', "config.json")

    message = "torch and transformers are needed to trace; install with: pip install 'winitgen[trace]' ('.[trace]' in a clone)"
    assert message == str(refusal.value)
