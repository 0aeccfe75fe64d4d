"""Which tensor is in which shard: by huggingface_hub's own rule, and by Keras's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files.conftest import Fake
from tests.frameworks.conftest import import_framework
from winitgen.errors import UsageError
from winitgen.files.shards.splitting import shard_size, split, split_for_keras

SIZES = st.lists(st.integers(0, 60), max_size=30)
LIMITS = st.integers(1, 250)


@pytest.fixture(scope="module")
def hub() -> ModuleType:
    """Return the library whose rule it is."""
    return import_framework("huggingface_hub")


@pytest.fixture(scope="module")
def store() -> Any:
    """Return the class by which Keras writes shards."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import_framework("keras")
    from keras.src.saving.saving_lib import ShardedH5IOStore

    return ShardedH5IOStore


def numbered(sizes: list[int]) -> list[Fake]:
    """Return one tensor of each number of float32, in four layers that begin at each tenth tensor."""
    tensors = [Fake(f"t{number}", (size,)) for number, size in enumerate(sizes)]
    for number, tensor in enumerate(tensors):
        tensor.keras_path = f"layers/dense_{number // 10}/vars/{number % 10}"
    return tensors


@settings(max_examples=300, deadline=None)
@given(SIZES, LIMITS)
def test_a_tensor_is_where_the_hub_library_puts_it(hub: ModuleType, sizes: list[int], limit: int) -> None:
    """The shards are those of huggingface_hub, for tensors larger than the limit and for a limit of a byte too."""
    tensors = numbered(sizes)
    theirs = hub.split_state_dict_into_shards_factory(
        {tensor.name: 4 * size for tensor, size in zip(tensors, sizes, strict=True)},
        get_storage_size=int,
        filename_pattern="model{suffix}.safetensors",
        get_storage_id=lambda _: None,
        max_shard_size=limit,
    )
    ours = [[tensor.name for tensor in shard] for shard in split(tensors, limit)]

    assert ours == (list(theirs.filename_to_tensors.values()) if sizes else [[]])


def test_a_tensor_larger_than_the_limit_comes_first() -> None:
    """It is a shard of its own before the one that is being filled, which goes on behind it."""
    found = split([Fake(name, (count,)) for name, count in (("a", 1), ("b", 9), ("c", 1), ("d", 1))], 8)

    assert [["b"], ["a", "c"], ["d"]] == [[tensor.name for tensor in shard] for shard in found]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 20), min_size=1, max_size=14), st.integers(80, 250))
def test_a_variable_is_where_keras_puts_it(store: Any, sizes: list[int], limit: int) -> None:
    """Shards and index entries are those that Keras's own store makes of the same variables."""
    tensors = numbered(sizes)
    with TemporaryDirectory() as folder:
        theirs = store(Path(folder) / "w.weights.json", limit / 2**30, mode="w")
        for number, tensor in enumerate(tensors):
            if number % 10 == 0:
                theirs.make(f"layers/dense_{number // 10}", {"name": "any"})
            theirs[str(number % 10)] = np.zeros(tensor.shape, "f4")
        theirs.close()
        weight_map = json.loads((Path(folder) / "w.weights.json").read_text())["weight_map"]
    shards: dict[str, list[str]] = {}
    for number, shard in enumerate(split_for_keras(tensors, limit)):
        for tensor in shard:
            own = shards.setdefault(f"/{os.path.dirname(tensor.keras_path)}", [])
            own += [name for name in [f"w_{number:05d}.weights.h5"] if name not in own]

    assert shards == {
        group: names if isinstance(names, list) else [names] for group, names in weight_map.items()
    }


def test_keras_counts_a_boolean_as_a_bit(store: Any, tmp_path: Path) -> None:
    """Sixteen booleans are two bytes, of which two fit a limit of four and three do not."""
    theirs = store(tmp_path / "w.weights.json", 4 / 2**30, mode="w")
    theirs.make("layers/mask")
    for number in range(3):
        theirs[str(number)] = np.zeros(16, "bool")
    theirs.close()
    tensors = [Fake(f"t{number}", (16,), "bool") for number in range(3)]
    for number, tensor in enumerate(tensors):
        tensor.keras_path = f"layers/mask/vars/{number}"

    assert [2, 1] == [len(shard) for shard in split_for_keras(tensors, 4)]
    assert 2 == len(list(tmp_path.glob("*.h5")))


def test_keras_refuses_a_variable_above_the_limit(store: Any, tmp_path: Path) -> None:
    """So does winitgen, in one line, before anything is written."""
    theirs = store(tmp_path / "w.weights.json", 39 / 2**30, mode="w")
    theirs.make("layers/dense_0")
    with pytest.raises(ValueError, match="exceeds the maximum shard size"):
        theirs["0"] = np.zeros(10, "f4")
    theirs.close()
    with pytest.raises(UsageError) as caught:
        split_for_keras(numbered([10]), 39)

    assert str(caught.value) == (
        "t0 has 40 bytes, and no shard of Keras holds a variable above --max-shard-size, which is 39; raise it"
    )


@pytest.mark.parametrize(
    "text", ["5GB", "500MB", "1.5TB", "5gb", " 5GB ", "5 GB", "7kb", "1.KB", ".5KB", "0.0015KB", "2.9999MB"]
)
def test_sizes_mean_what_they_mean_to_the_hub_library(hub: ModuleType, text: str) -> None:
    """Units are decimal, and parts of a byte are dropped."""
    from huggingface_hub.serialization._base import parse_size_to_int

    assert parse_size_to_int(text) == shard_size(text)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "5GiB",
        "GB",
        "",
        "-5GB",
        "nanGB",
        "infGB",
        "0GB",
        "0.0001KB",
        "5B",
        "1e3KB",
        "\N{ARABIC-INDIC DIGIT FIVE}GB",
        "5G",
        "9" * 400 + "GB",
    ],
)
def test_other_sizes_are_refused(text: str) -> None:
    """The message shows how a size is written, and what was found."""
    with pytest.raises(UsageError) as caught:
        shard_size(text)

    assert str(caught.value) == f"--max-shard-size takes a size such as 5GB, 500MB or 1.5TB, not {text!r}"
