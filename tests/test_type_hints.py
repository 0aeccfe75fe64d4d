"""Every public name has annotations that programs can read, as dispatchers and generators of forms do."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from typing import Any

import pytest

import winitgen


def annotated() -> Iterator[tuple[str, Any]]:
    """Yield each public function and class with its name, and the methods and properties of the classes."""
    for name in winitgen.__all__:
        value = getattr(winitgen, name)
        if inspect.isclass(value):
            yield name, value
            for inner, member in vars(value).items():
                own = member.fget if isinstance(member, property) else member
                if inspect.isfunction(own) and not inner.startswith("_"):
                    yield f"{name}.{inner}", own
        elif callable(value):
            yield name, value


@pytest.mark.parametrize(("name", "value"), [pytest.param(*pair, id=pair[0]) for pair in annotated()])
def test_every_hint_can_be_read(name: str, value: Any) -> None:
    """Each argument and what is returned, with nothing imported before but what the name itself imports."""
    hints = typing.get_type_hints(value)

    if inspect.isfunction(value):
        expected = {*inspect.signature(value).parameters, "return"} - {"self"}
        assert expected == {*hints}


def test_hints_of_generate() -> None:
    """The arrays are NumPy's."""
    import numpy as np

    assert typing.get_type_hints(winitgen.generate)["return"] == dict[str, np.ndarray[Any, Any]]


@pytest.mark.parametrize("name", [name for name in winitgen.__all__ if name != "__version__"])
def test_each_alone(name: str) -> None:
    """In a process that has used nothing else of winitgen."""
    code = f"import typing, winitgen; typing.get_type_hints(winitgen.{name})"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_dir_shows_the_public_names() -> None:
    """Before any of them is imported, too; and the packages for live models."""
    code = (
        "import winitgen; names = sorted([*winitgen.__all__, 'jax', 'keras', 'torch']); "
        "print(dir(winitgen) == names, 'numpy' in __import__('sys').modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "True False\n" == run.stdout
