"""What is refused as an index, an argument or a name, word for word."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.checkpoint.slices import OutOfRangeError

SPEC = {"layers": [{"name": "fc", "type": "dense", "inputs": 4, "units": 6}]}

REFUSED: list[tuple[Any, str]] = [
    (6, "index 6 is out of range for axis 0 of 'fc.weight', which has 6 elements"),
    (-7, "index -7 is out of range for axis 0 of 'fc.weight', which has 6 elements"),
    ((0, 2**70), f"index {2**70} is out of range for axis 1 of 'fc.weight', which has 4 elements"),
    ([1, 6], "index 6 is out of range for axis 0 of 'fc.weight', which has 6 elements"),
    ((1, 2, 3), "the index of 'fc.weight' is for 3 axes, but its shape is [6, 4]"),
    ((..., ...), "the index of 'fc.weight' has 2 times '...'; write one"),
    (slice(None, None, 0), "a slice of 'fc.weight' has the step 0; write 1 for every element"),
    (slice(1.5, 2), "a slice of 'fc.weight' has whole numbers, not 1.5"),
    (slice("a"), "a slice of 'fc.weight' has whole numbers, not 'a'"),
    (([0], [1]), "the index of 'fc.weight' has two lists; index by one, and by the other what comes"),
]
KINDS = "whole numbers, slices, one ..., and one list of whole numbers"
REFUSED += [
    (value, f"the index of 'fc.weight' is {KINDS}, not {shown}")
    for value, shown in [
        (None, "nothing"),
        (True, "true"),
        (1.0, "1.0"),
        ("fc", "'fc'"),
        ([0.5], "an object of type 'list'"),
        ([True, False], "an object of type 'list'"),
        (np.zeros(6, bool), "an object of type 'ndarray'"),
        (np.zeros((2, 2), int), "an object of type 'ndarray'"),
        ({0}, "an object of type 'set'"),
    ]
]


@pytest.mark.parametrize(("index", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refused_indices(index: Any, message: str) -> None:
    """What is out of range is an `IndexError`, too."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC).get_slice("fc.weight")[index]

    assert message == str(caught.value)
    assert isinstance(caught.value, IndexError) == ("out of range" in message)


def test_iteration_ends() -> None:
    """By the error of the first index that there is not, which another process can be told."""
    opened = winitgen.open(SPEC)

    assert np.array_equal(opened.get_tensor("fc.weight"), list(opened.get_slice("fc.weight")))
    assert "no" == str(pickle.loads(pickle.dumps(OutOfRangeError("no"))))  # noqa: S301


NAMELESS: list[tuple[Callable[[winitgen.Checkpoint], object], str]] = [
    (
        lambda opened: opened.get_tensor("fc.wieght"),
        "the model has no tensor 'fc.wieght'; did you mean 'fc.weight'?",
    ),
    (lambda opened: opened.get_slice("x" * 99), f"the model has no tensor '{'x' * 37}...'"),
    (lambda opened: opened.get_shape(""), "the model has no tensor ''"),
    (lambda opened: opened.get_dtype(3), "name is text, not 3"),
    (lambda opened: opened.read(None, []), "name is text, not nothing"),
]


@pytest.mark.parametrize(("call", "message"), NAMELESS)
def test_names_that_there_are_not(call: Callable[[winitgen.Checkpoint], object], message: str) -> None:
    """The nearest one is suggested."""
    with pytest.raises(winitgen.UsageError) as caught:
        call(winitgen.open(SPEC))

    assert message == str(caught.value)


@pytest.mark.parametrize("name", ["tf", "NP", "", "paddle"])
def test_frameworks_that_there_are_not(name: str) -> None:
    """The names are those of safetensors."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC, name)

    assert f"unknown framework '{name}'; the frameworks are np, pt, jax" == str(caught.value)


@pytest.mark.parametrize("name", ["np", "numpy"])
def test_only_pytorch_has_devices(name: str) -> None:
    """The processor may be named, as it may for a file."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC, name, "cuda:0")

    assert f"device is for the framework 'pt', not for '{name}'; leave it out" == str(caught.value)
    assert winitgen.open(SPEC, name, device="cpu").keys() == winitgen.open(SPEC).keys()


@pytest.mark.parametrize(("name", "package"), [("pt", "torch"), ("flax", "jax")])
def test_a_framework_that_is_not_installed(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known before anything is drawn."""
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC, name)

    why = f"import of {package} halted; None in sys.modules"
    assert f"{package} cannot be imported: {why}; pip install {package}" == str(caught.value)


CALLS: list[Callable[[winitgen.Checkpoint], object]] = [
    lambda opened: opened.keys(),
    lambda opened: opened.offset_keys(),
    lambda opened: opened.metadata(),
    lambda opened: opened.get_tensor("fc.weight"),
    lambda opened: opened.get_tensors(),
    lambda opened: opened.get_slice("fc.weight"),
    lambda opened: opened.get_shape("fc.weight"),
    lambda opened: opened.get_dtype("fc.weight"),
    lambda opened: opened.read("fc.weight", [range(1), range(1)]),
]


def test_after_close() -> None:
    """Every call says so, and a slice of before; a second close does nothing."""
    with winitgen.open(SPEC) as opened:
        part = opened.get_slice("fc.weight")
    opened.close()
    for call in [*CALLS, lambda _: part[0]]:
        with pytest.raises(winitgen.UsageError) as caught:
            call(opened)
        assert "the checkpoint is closed; open it again with winitgen.open" == str(caught.value)


def test_an_array_is_filled_where_it_is() -> None:
    """A part of another one, with gaps between its rows, gets the elements; nothing beside it is touched."""
    whole, part = np.zeros((4, 6), np.float32), [range(1, 4), range(0, 3, 2)]
    opened = winitgen.open(SPEC)
    found = opened.read("fc.weight", part, whole[:3, 1:5:2])

    assert np.shares_memory(found, whole)
    assert np.array_equal(opened.read("fc.weight", part), found)
    assert np.count_nonzero(whole) == found.size


@pytest.mark.parametrize(
    "out", [np.zeros((3, 3), np.float32), np.zeros((3, 2)), [[0.0]], np.zeros(6, np.float32)]
)
def test_an_array_that_does_not_fit(out: object) -> None:
    """Nothing is cut, repeated or converted."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC).read("fc.weight", [range(3), range(2)], out)  # type: ignore[arg-type]

    assert "out is an array of NumPy with the shape [3, 2] and the dtype float32" == str(caught.value)


def test_an_array_that_cannot_be_written() -> None:
    """It stays as it is."""
    out = np.zeros((3, 2), np.float32)
    out.flags.writeable = False
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC).read("fc.weight", [range(3), range(2)], out)

    assert "out is an array that cannot be written; pass a copy of it" == str(caught.value)


BOXES: list[tuple[object, str]] = [
    (None, "ranges is a list, not nothing"),
    ([], "ranges is one range for each of 2 axes, not 0"),
    ([range(1)] * 3, "ranges is one range for each of 2 axes, not 3"),
    ([range(6), 2], "ranges[1] is a range, such as range(4), not 2"),
    ([slice(6), range(4)], "ranges[0] is a range, such as range(6), not an object of type 'slice'"),
    ([range(7), range(4)], "ranges[0] is a range within range(6), its step at least 1, not range(0, 7)"),
    ([range(6), range(-1, 3)], "ranges[1] is a range within range(4), its step at least 1, not range(-1, 3)"),
    (
        [range(3, 0, -1), range(4)],
        "ranges[0] is a range within range(6), its step at least 1, not range(3, 0, -1)",
    ),
]


@pytest.mark.parametrize(("ranges", "message"), BOXES)
def test_ranges_that_do_not_fit(ranges: Any, message: str) -> None:
    """Nothing is returned that was not drawn."""
    with pytest.raises(winitgen.UsageError) as caught:
        winitgen.open(SPEC).read("fc.weight", ranges)

    assert message == str(caught.value)
