"""What the files are called, against the libraries that look for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.frameworks.conftest import import_framework
from winitgen.errors import UsageError
from winitgen.files.shards.file_names import KerasNames, ShardNames, is_numbered, names_of_index


@pytest.mark.parametrize("variant", [None, "fp16", "a.b"])
def test_variants_are_named_as_in_transformers(transformers: Any, variant: str | None) -> None:
    """The variant of a shard follows the name, and that of the index stands before its ending."""
    from transformers.modeling_utils import _add_variant
    from transformers.utils import SAFE_WEIGHTS_INDEX_NAME, SAFE_WEIGHTS_NAME

    single = _add_variant(SAFE_WEIGHTS_NAME, variant)
    names = ShardNames(f"model.{variant}" if variant else "model")

    assert single == names.single == names.shard(0, 1)
    assert _add_variant(SAFE_WEIGHTS_INDEX_NAME, variant) == names.index_file
    assert single.replace(".safetensors", "-00002-of-00003.safetensors") == names.shard(1, 3)


@pytest.mark.parametrize(
    ("stem", "shard", "index"),
    [
        pytest.param(
            "diffusion_pytorch_model",
            "diffusion_pytorch_model-00001-of-00007.safetensors",
            "diffusion_pytorch_model.safetensors.index.json",
            id="plain",
        ),
        pytest.param(
            "diffusion_pytorch_model.fp16",
            "diffusion_pytorch_model.fp16-00001-of-00007.safetensors",
            "diffusion_pytorch_model.safetensors.index.fp16.json",
            id="variant",
        ),
    ],
)
def test_diffusers_finds_its_names(stem: str, shard: str, index: str) -> None:
    """The names are those of diffusers (``_add_variant`` in src/diffusers/utils/hub_utils.py)."""
    assert (shard, index) == (ShardNames(stem).shard(0, 7), ShardNames(stem).index_file)


def test_more_shards_than_five_digits_can_count() -> None:
    """The numbers grow, as in the library."""
    assert "model-100000-of-100000.safetensors" == ShardNames("model").shard(99_999, 100_000)


@pytest.mark.parametrize("stem", ["w", "w.fp16", "my model", "x_00000"])
def test_shards_are_named_as_keras_names_them(stem: str, tmp_path: Path) -> None:
    """Keras makes the names of the shards from the name of the index."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import_framework("keras")
    from keras.src.saving.saving_lib import ShardedH5IOStore

    names = KerasNames(stem)
    ShardedH5IOStore(tmp_path / names.index_file, mode="w").close()

    assert {names.index_file, names.shard(0, 4)} == set(os.listdir(tmp_path))


@pytest.mark.parametrize("names", [ShardNames("model"), ShardNames("m.fp16"), KerasNames("w")])
def test_an_index_tells_the_names(names: Any) -> None:
    """The name of the index is enough to know all other names."""
    assert names == names_of_index(names.index_file)
    assert all(names.are_of(name) for name in (names.index_file, names.single, names.shard(3, 20)))


@pytest.mark.parametrize(
    "name",
    [
        "model.safetensors",
        "index.json",
        ".safetensors.index.json",
        ".weights.json",
        "model.safetensors.index.",
        "model.safetensors.index.json.bak",
    ],
)
def test_other_files_are_no_index(name: str) -> None:
    """A name without a beginning, or with another ending, is none."""
    assert names_of_index(name) is None


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (ShardNames("model"), "model.fp16.safetensors"),
        (ShardNames("model"), "model.fp16-00001-of-00002.safetensors"),
        (ShardNames("model"), "model-1-of-2.safetensors"),
        (ShardNames("model"), "my_model.safetensors"),
        (ShardNames("model"), "model-00001-of-00002.safetensors.bak"),
        (ShardNames("m.el"), "model.safetensors"),
        (KerasNames("w"), "w.weights.h5"),
        (KerasNames("w"), "w_1.weights.h5"),
        (KerasNames("w"), "ww_00000.weights.h5"),
        (KerasNames("w.x"), "wxx_00000.weights.h5"),
    ],
)
def test_files_of_other_models(names: Any, name: str) -> None:
    """A variant, another beginning, and a backup are not files of the model."""
    assert not names.are_of(name)


def test_shards_are_recognized_by_their_numbers() -> None:
    """The numbers at the end tell a shard from a whole file."""
    assert is_numbered("model-00001-of-00002.safetensors")
    assert is_numbered("w_00000.weights.h5")
    assert not is_numbered("model.safetensors")
    assert not is_numbered("w.weights.h5")


@pytest.mark.parametrize("stem", ["", ".fp16", "model.", "a/b", "a\nb", "..", "/"])
@pytest.mark.parametrize("kind", [ShardNames, KerasNames])
def test_beginnings_that_make_no_names(kind: Any, stem: str) -> None:
    """The message shows what is expected; Keras has no variants, and takes a dot anywhere."""
    if kind is KerasNames and stem in (".fp16", "model.", ".."):
        kind(stem).check()
        return
    with pytest.raises(UsageError) as caught:
        kind(stem).check()

    assert str(caught.value) == (
        f"--shard-name takes the beginning of file names, such as model or model.fp16, not {stem!r}"
    )


def test_a_beginning_that_keras_would_shorten() -> None:
    """Keras takes every ``.weights`` out of the name, so that it would look for other shards."""
    with pytest.raises(UsageError) as caught:
        KerasNames("a.weights.b").check()

    assert str(caught.value) == (
        "--shard-name takes the beginning of file names, such as model or model.fp16, not 'a.weights.b'"
    )


@pytest.mark.parametrize("digits", [19, 100, 5000])
def test_numbers_that_no_model_has(digits: int) -> None:
    """A name with one of so many digits is none of a shard, however many Python converts."""
    assert ShardNames("model").place(f"model-00001-of-{'9' * 18}.safetensors") == (0, 10**18 - 1)
    assert ShardNames("model").place(f"model-00001-of-{'9' * digits}.safetensors") is None
    assert ShardNames("model").place(f"model-{'9' * digits}-of-{'9' * digits}.safetensors") is None


@pytest.mark.parametrize(("names", "ending"), [(ShardNames, 27), (KerasNames, 17)])
def test_the_longest_stem(names: type[ShardNames | KerasNames], ending: int) -> None:
    """The names of the shards have at most 255 bytes; a letter of another script has two or more."""
    names("ж" + "a" * (253 - ending)).check()
    with pytest.raises(UsageError) as caught:
        names("ж" + "a" * (256 - ending)).check()

    long = "--shard-name gives names of files with 258 bytes; at most 255 are possible, so shorten it by 3"
    assert long == str(caught.value)
