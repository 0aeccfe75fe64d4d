"""Options and paths that are refused for a file with copied tensors, with the whole message."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import winitgen
from tests.base.conftest import MODEL, TRAINED
from tests.base.refusals import refusal
from tests.files.stores.conftest import needed

Written = Callable[..., Path]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {},
            "--base copies every tensor, so that none is drawn; say which with --only, --except or --add",
        ),
        (
            {"only": ["head.*"], "except_": ["body.*"]},
            "--only says what is drawn, and --except what is copied; use one",
        ),
    ],
)
def test_options_that_conflict(options: dict[str, Any], message: str, spec: Written, base: Written) -> None:
    """The base is not even opened."""
    base()

    assert [message] == refusal(spec(), base().parent / "absent", **options)


@pytest.mark.parametrize(
    ("options", "name"), [({"only": ["a"]}, "only"), ({"except_": ["a"]}, "except"), ({"add": True}, "add")]
)
def test_options_without_a_base(options: dict[str, Any], name: str, tmp_path: Path) -> None:
    """They say what is copied, and need to know from where."""
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.write(MODEL, tmp_path / "new.npz", **options)

    assert f"--{name} needs the file from which the other tensors are copied: --base FILE" == str(error.value)


def test_a_base_that_is_not_there(spec: Written, tmp_path: Path) -> None:
    """It is an input like any other."""
    with pytest.raises(winitgen.UnreadableError) as error:
        winitgen.write(spec(), tmp_path / "new.npz", base=tmp_path / "old.npz", only=["head.*"])

    assert f"cannot read {tmp_path}/old.npz: No such file or directory" == str(error.value)


def test_the_output_is_not_the_base(spec: Written, base: Written, tmp_path: Path) -> None:
    """Through a symbolic link neither."""
    trained = base()
    os.symlink(trained, tmp_path / "link.safetensors")
    for name in ("trained.safetensors", "link.safetensors"):
        with pytest.raises(winitgen.UsageError) as error:
            winitgen.write(spec(), tmp_path / name, base=trained, only=["head.*"], force=True)
        assert (
            f"{tmp_path}/{name}: the output would take the place of a file whose values it needs; give it another name"
            == str(error.value)
        )

    assert set(TRAINED) == set(safetensors.numpy.load_file(trained))


def test_shards_of_the_base_are_not_taken_for_stale_ones(spec: Written, tmp_path: Path) -> None:
    """A folder with the base may not be the one in which the new shards would replace it."""
    old, model = f"{tmp_path}/old/", spec()
    winitgen.write(model, old, max_shard_size="0.2KB")
    before = {name: (tmp_path / "old" / name).read_bytes() for name in os.listdir(old)}
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.write(model, old, base=old, only=["head.*"], max_shard_size="1MB", force=True)

    assert (
        "old/model-00001-of-00002.safetensors: the output would take the place of a file whose values it needs; "
        "give it another name"
    ) in str(error.value)
    assert before == {name: (tmp_path / "old" / name).read_bytes() for name in os.listdir(old)}


def test_another_file_is_not_replaced(spec: Written, base: Written, tmp_path: Path) -> None:
    """Why it differs is said: what is drawn, or the base."""
    trained, model, path = base(), spec(), tmp_path / "new.safetensors"
    winitgen.write(model, path, base=trained, only=["head.*"])
    calls: list[tuple[dict[str, Any], str]] = [
        ({"base": trained, "only": ["head.weight"]}, "other tensors of it are drawn"),
        (
            {"base": base({"step": np.arange(3)}), "only": ["head.*"]},
            "the tensors that are copied into it differ",
        ),
        ({}, "it has tensors copied from a base"),
    ]
    for options, why in calls:
        with pytest.raises(winitgen.ExistsError) as error:
            winitgen.write(model, path, **options)
        assert f"{path} exists and differs: {why}; --force replaces it" == str(error.value)
        with pytest.raises(winitgen.DiffersError) as differs:
            winitgen.write(model, path, check=True, **options)
        assert f"{path} differs: {why}" == str(differs.value)
    winitgen.write(model, path, force=True)
    with pytest.raises(winitgen.ExistsError) as error:
        winitgen.write(model, path, base=trained, only=["head.*"])

    assert (
        f"{path} exists and differs: none of its tensors is copied from a base; --force replaces it"
        == str(error.value)
    )


@pytest.mark.parametrize(("old", "new"), [("0.2KB", "1MB"), ("1MB", "0.2KB")])
def test_shards_of_the_base_in_a_store(spec: Written, old: str, new: str) -> None:
    """There they are not removed either, whatever the names of the new ones are."""
    needed("fsspec")
    import fsspec

    store = fsspec.filesystem("memory")
    folder, model = f"memory://base-{old}/", spec()
    winitgen.write(model, folder, max_shard_size=old)
    before = {name: store.cat_file(name) for name in store.find(f"/base-{old}")}

    for call in (
        lambda: winitgen.write(
            model, folder, base=folder, only=["head.*"], seed=4, max_shard_size=new, force=True
        ),
        lambda: winitgen.convert(folder, folder, max_shard_size=new, force=True),
    ):
        with pytest.raises(winitgen.UsageError) as error:
            call()
        assert (
            f"{next(iter(before)).replace('/', 'memory://', 1)}: the output would take the place of a file whose values it needs; "
            "give it another name"
        ) == str(error.value)

    assert before == {name: store.cat_file(name) for name in store.find(f"/base-{old}")}


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("memory://one/w.safetensors", "memory:///one/w.safetensors"),
        ("memory:///one/w.safetensors", "memory:////one/w.safetensors"),
    ],
)
def test_one_place_of_a_store_with_two_urls(source: str, output: str) -> None:
    """Slashes before the first folder are no part of a place."""
    needed("fsspec")
    import fsspec

    store, model = (
        fsspec.filesystem("memory"),
        {"layers": [{"type": "param", "name": "w", "shape": [3], "init": "zeros"}]},
    )
    winitgen.write(model, source)
    before = {name: store.cat_file(name) for name in store.find("/one")}
    why = "the output would take the place of a file whose values it needs; give it another name"
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(source, output, force=True)

    assert f"{output}: {why}" == str(error.value)
    assert before == {name: store.cat_file(name) for name in store.find("/one")}
    store.rm("/one", recursive=True)
