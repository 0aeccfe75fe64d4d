"""Arguments of the wrong kind, each named in one line; and what is said without JAX."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
import winitgen.jax
import winitgen.keras
from tests.arguments.test_wrong_values import names
from tests.arguments.wrong_values import WRONG
from tests.frameworks.conftest import import_framework

SPEC: dict[str, Any] = {"input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}

TREES = (5, 1.5, True, "x", b"x", [5], (None, 5), {"fc": "x"}, {1: 2, "a": 3}, {"a": object()}, 1j, object())

CALLS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "array": (winitgen.jax.array, {"spec": SPEC, "name": "fc.bias"}),
    "tree": (winitgen.jax.tree, {"spec": SPEC}),
    "assign": (winitgen.keras.assign, {"spec": SPEC}),
}

VALUES: dict[str, tuple[object, ...]] = {
    **{name: tuple(values) for name, values in WRONG["generate"].items()},
    "name": (5, None, True, b"fc.bias", ["fc.bias"], object()),
    "sharding": (5, True, "x", b"x", [5], {}, np.zeros(2), object(), 1j, print),
    "shardings": TREES,
    "like": TREES,
    "model": (5, None, "x", b"x", [5], {}, object(), 1j, print),
}

ARGUMENTS = [
    (call, name) for call, (function, _) in CALLS.items() for name in inspect.signature(function).parameters
]


@pytest.fixture
def sound() -> dict[str, dict[str, Any]]:
    """The arguments that each call needs, all right."""
    import_framework("jax")
    keras = import_framework("keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    return {
        name: {**needed, **({"model": model} if name == "assign" else {})}
        for name, (_, needed) in CALLS.items()
    }


@pytest.mark.parametrize(("call", "name"), ARGUMENTS)
def test_a_wrong_value_is_refused_in_words_that_name_the_argument(
    call: str, name: str, sound: dict[str, dict[str, Any]]
) -> None:
    """In one line, whatever the value is."""
    wrong = {}
    for number, value in enumerate(VALUES[name]):
        try:
            CALLS[call][0](**{**sound[call], name: value})
        except winitgen.WinitgenError as error:
            if not names(name, str(error)) or "\n" in str(error):
                wrong[number, type(value).__name__] = str(error)
        else:
            wrong[number, type(value).__name__] = "accepted"

    assert {} == wrong


@pytest.mark.parametrize("call", CALLS)
def test_hints_can_be_read(call: str) -> None:
    """By programs, as those of the other functions."""
    function = CALLS[call][0]

    assert {*inspect.signature(function).parameters, "return"} == {*typing.get_type_hints(function)}


def test_importing_them_imports_no_framework() -> None:
    """JAX and Keras are imported by a call, or by who has a model."""
    code = "import sys, winitgen.jax, winitgen.keras; print([*{'jax', 'keras', 'flax', 'torch'} & {*sys.modules}])"

    assert b"[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout


@pytest.mark.parametrize("call", ["array", "tree"])
def test_without_jax_the_error_names_the_command(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the spec is looked at."""
    monkeypatch.setattr("winitgen.jax.needed.find_spec", lambda name: None)
    function, needed = CALLS[call]

    with pytest.raises(winitgen.UsageError) as caught:
        function(**needed)
    assert "winitgen.jax needs the package jax: pip install jax" == str(caught.value)
