"""``dcp.load`` in one process, without a group: prefixes, nested dicts, what it refuses."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.distributed import checkpoint as dcp
from torch.distributed.checkpoint.api import CheckpointException

import winitgen
from tests.live_torch.models import MLP, perceptron
from winitgen.torch import StorageReader


def load(state: dict[str, Any], reader: StorageReader, **options: Any) -> None:
    """Load without the warning that there is no group."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled", category=UserWarning)
        dcp.load(state, storage_reader=reader, **options)


def same(state: dict[str, Any], **options: Any) -> bool:
    """Tell whether all values are those that `generate` draws."""
    drawn = winitgen.generate(MLP, **options)
    return bool(state) and all(drawn[name].tolist() == value.tolist() for name, value in state.items())


def test_a_state_dict_is_filled_in_place() -> None:
    """Whole or a part of the spec, and again by the same reader."""
    reader = StorageReader(MLP, seed=4)
    for names in (("fc1", "fc2", "fc3", "out"), ("fc2",)):
        module = torch.nn.ModuleDict({name: perceptron()[name] for name in names})
        load(module.state_dict(), reader)

        assert same(module.state_dict(), seed=4)


def test_a_nested_state_dict_has_a_prefix() -> None:
    """DCP joins the keys with a dot."""
    module = perceptron()
    load({"model": module.state_dict()}, StorageReader(MLP, prefix="model."))

    assert same(module.state_dict())


def test_a_checkpoint_is_not_read() -> None:
    """A path beside the reader would be left unread in silence."""
    with pytest.raises(winitgen.UsageError) as error:
        load(perceptron().state_dict(), StorageReader(MLP), checkpoint_id="folder")
    assert "winitgen.torch.StorageReader reads no checkpoint; leave out checkpoint_id" == str(error.value)
    assert StorageReader.validate_checkpoint_id("folder") is False


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        (lambda: StorageReader("absent.yaml"), "cannot read absent.yaml: No such file or directory"),
        (lambda: StorageReader(MLP, dtype="float16"), "mlp: fc1.bias is float32, not float16"),
        (lambda: StorageReader(MLP, prefix="model."), "Missing key in checkpoint state_dict: fc1.bias."),
    ],
)
def test_an_error_is_raised_by_load(reader: Callable[[], StorageReader], message: str) -> None:
    """So that it reaches all ranks; the state_dict stays as it was."""
    state = {"fc1.weight": torch.full((12, 7), 0.5), "fc1.bias": torch.full((12,), 0.5)}
    with pytest.raises(CheckpointException) as error:
        load(state, reader())
    assert [message] == [str(one).splitlines()[0] for one, _ in error.value.failures.values()]
    assert {0.5} == {number for value in state.values() for number in value.flatten().tolist()}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prefix": 1}, "prefix is text, not 1"),
        ({"threads": 0}, "threads is a whole number of at least 1, not 0"),
    ],
)
def test_an_argument_of_the_wrong_kind_is_refused(options: dict[str, Any], message: str) -> None:
    """At once, as it is the same on all ranks."""
    with pytest.raises(winitgen.UsageError) as error:
        StorageReader(MLP, **options)
    assert message == str(error.value)
