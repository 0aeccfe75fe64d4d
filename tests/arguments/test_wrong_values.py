"""Every argument of every public function, with values that it may not have."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.arguments.wrong_values import WRONG
from winitgen.probing.options import ProbeOptions

SPEC = {"input": 3, "vars": {"n": 4}, "layers": [{"name": "fc", "type": "dense", "units": "${n}"}]}
ARGUMENTS = [(function, name) for function, arguments in WRONG.items() for name in arguments]


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    """Free nothing while a value that holds itself fills Python's stack: finalizers would fail for want of room on it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def sound(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The arguments that a call needs, all right."""
    winitgen.write(SPEC, tmp_path / "w.npz")
    path = tmp_path / "w.npz"
    return {
        "load_spec": {"source": SPEC},
        "plan": {"spec": SPEC},
        "summary": {"spec": SPEC},
        "generate": {"spec": SPEC},
        "open": {"spec": SPEC},
        "write": {"spec": SPEC, "path": tmp_path / "new.safetensors"},
        "finalize": {"path": tmp_path},
        "probe": {"spec": SPEC},
        "verify": {"path": path, "spec": SPEC},
        "inspect": {"path": path},
        "diff": {"a": path, "b": path},
        "convert": {"source": path, "path": tmp_path / "new.safetensors"},
    }


def names_of(function: Callable[..., Any]) -> set[str]:
    """Return the names of all arguments; those of a probe stand in the class of its options."""
    found = {
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    }
    return found | {*ProbeOptions.__annotations__} if function is winitgen.probe else found


def test_the_table_has_every_argument_of_every_function() -> None:
    """A new function or argument needs its row."""
    public = {name for name in winitgen.__all__ if inspect.isfunction(getattr(winitgen, name))}

    assert public == {*WRONG}
    assert {name: names_of(getattr(winitgen, name)) for name in public} == {
        name: {*arguments} for name, arguments in WRONG.items()
    }


def test_the_table_is_long() -> None:
    """Each argument is tried with ten wrong values at least."""
    tried = {argument: len(WRONG[argument[0]][argument[1]]) for argument in ARGUMENTS}

    assert {} == {argument: count for argument, count in tried.items() if count < 10}
    assert sum(tried.values()) > 1000


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_a_wrong_value_is_refused_in_words_that_name_the_argument(
    function: str, name: str, sound: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    """Nothing is ignored or left to whatever Python says, and nothing is written."""
    before = sorted(tmp_path.iterdir())
    wrong = {}
    for number, value in enumerate(WRONG[function][name]):
        try:
            getattr(winitgen, function)(**{**sound[function], name: value})
        except winitgen.WinitgenError as error:
            if not names(name, str(error)) or "\n" in str(error):
                wrong[number, type(value).__name__] = str(error)
        except Exception as error:
            wrong[number, type(value).__name__] = repr(error)
        else:
            wrong[number, type(value).__name__] = "accepted"

    assert {} == wrong
    assert before == sorted(tmp_path.iterdir())


def names(argument: str, message: str) -> bool:
    """Return whether a message names an argument, or the option of the command line that it is."""
    words = (argument, f"--{argument.replace('_', '-')}", argument.removesuffix("s"))
    return any(word in message for word in words)


@pytest.mark.parametrize("function", WRONG)
def test_a_misspelt_argument_is_a_type_error_as_everywhere(
    function: str, sound: dict[str, dict[str, Any]]
) -> None:
    """What a call does not take is not ignored."""
    with pytest.raises(TypeError, match=rf"{function}\(\) got an unexpected keyword argument 'forse'"):
        getattr(winitgen, function)(**sound[function], forse=True)
