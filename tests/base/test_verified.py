"""A file with copied tensors is verified: the drawn ones bit for bit, the others by their digest or with the base."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy

import winitgen
from winitgen.files.copied_tensor import CopiedTensor, copied_digest, digests_of_copies
from winitgen.files.input import open_weights
from winitgen.files.recipe import parse

Written = Callable[..., Path]


def changed(path: Path, **arrays: np.ndarray | None) -> None:
    """Replace tensors of a file, or take them out, and keep its metadata."""
    with safetensors.safe_open(path, "numpy") as file:
        about = file.metadata()
    found = {**safetensors.numpy.load_file(path), **arrays}
    safetensors.numpy.save_file({name: one for name, one in found.items() if one is not None}, path, about)


def difference(path: Path, *args: Any, **options: Any) -> list[str]:
    """Verify a file that differs; return the lines without the folder."""
    with pytest.raises(winitgen.DiffersError) as error:
        winitgen.verify(path, *args, **options)
    return str(error.value).replace(f"{path.parent}/", "").splitlines()


def test_how_it_was_verified(new: Path, spec: Written, base: Written) -> None:
    """The notes say what the copied tensors were compared with."""
    trained = new.parent / "trained.safetensors"

    assert [
        "7 tensors are copied, with the digest that the recipe has; --base FILE compares with the base itself"
    ] == winitgen.verify(new)["notes"]
    assert [f"7 tensors are copied, bit for bit from {trained}"] == winitgen.verify(new, base=trained)[
        "notes"
    ]
    expect = winitgen.verify(new)["recipe"]
    assert winitgen.verify(new)["notes"] == winitgen.verify(new, spec(), expect=expect)["notes"]
    assert [
        f"7 tensors are copied, bit for bit from {trained}",
        "2 of its tensors are drawn, and 7 copied; only its own recipe says which, and --expect HASH proves it",
    ] == winitgen.verify(new, spec(), base=trained)["notes"]
    assert {"tensors": 9, "elements": 95, "bytes": 384} == winitgen.verify(new)["totals"]


LISTED = "its recipe does not list its copied tensors, or its drawn ones if they are fewer, as init does"
CLAIM = (
    "its recipe says that {} copied, which the spec does not say; --base FILE compares them with that file, and "
    "--expect HASH accepts this recipe"
)


def test_a_layer_spec_says_of_no_tensor_that_it_is_copied(new: Path, spec: Written) -> None:
    """Else a file could say so of every tensor, and hold any values."""
    assert [f"new.safetensors: {CLAIM.format('7 tensors are')}"] == difference(new, spec())
    assert "verified" == winitgen.verify(new)["status"]

    own = new.parent / "own.safetensors"
    winitgen.write(spec(), own)
    arrays = safetensors.numpy.load_file(own)
    changed(own, **{name: np.full_like(array, 66) for name, array in arrays.items()})
    forged(own, [], [])

    assert [
        f"own.safetensors: {LISTED}",
        f"own.safetensors: {CLAIM.format('9 tensors are')}",
    ] == difference(own, spec())
    forged(own, ["head.bias"], [])
    assert [f"own.safetensors: {CLAIM.format('8 tensors are')}"] == difference(own, spec())


def forged(path: Path, drawn: list[str], more: list[str]) -> None:
    """Write into a file's recipe that all but some tensors are copied, with the digest of what the file holds."""
    arrays = safetensors.numpy.load_file(path)
    recipe = json.loads(recipe_of(path))
    with open_weights(path) as weights:
        copies = [CopiedTensor(one.name, one) for one in weights.tensors if one.name not in drawn]
        sha256 = copied_digest(copies, digests_of_copies(copies))
    entry = {"drawn": sorted([*drawn, *more]), "sha256": sha256}
    text = json.dumps({**recipe, "base": entry}, sort_keys=True, separators=(",", ":"))
    safetensors.numpy.save_file(arrays, path, {"format": "pt", "winitgen": text})


def test_a_copied_tensor_that_has_changed(new: Path) -> None:
    """The recipe's digest shows that one has, and the base shows which."""
    trained = new.parent / "trained.safetensors"
    digest = parse(recipe_of(new)).base.sha256
    changed(new, **{"body.weight": np.zeros((7, 5), np.float32), "norm.bias": np.zeros(7, np.float32)})
    (line,) = difference(new)

    assert line.startswith("new.safetensors: the copied tensors have changed: their digest is ")
    assert line.endswith(
        f", and in the recipe {digest}; --base FILE finds out which, if you have the file that they were copied from"
    )
    assert [
        f"new.safetensors: {name} is copied, but that of trained.safetensors differs"
        for name in ("body.weight", "norm.bias")
    ] == difference(new, base=trained)


def recipe_of(path: Path) -> str:
    """Return the text of a file's recipe."""
    with safetensors.safe_open(path, "numpy") as file:
        text: str = file.metadata()["winitgen"]
    return text


def test_a_drawn_tensor_that_has_changed(new: Path) -> None:
    """It is told as in any other file."""
    changed(new, **{"head.bias": np.ones(3, np.float32)})

    assert ["new.safetensors: head.bias[0] (element 0) is 1.0, not 0.0"] == difference(new)


def test_tensors_that_came_or_went(new: Path) -> None:
    """The digest is over all copied tensors, those that the layer-spec lacks too."""
    trained = new.parent / "trained.safetensors"
    changed(new, step=np.arange(3))
    (line,) = difference(new)
    assert line.startswith("new.safetensors: the copied tensors have changed: their digest is ")
    assert ["new.safetensors: step is copied, but trained.safetensors has no such tensor"] == difference(
        new, base=trained
    )
    changed(new, step=None, **{"norm.bias": None})

    assert ["new.safetensors: norm.bias is missing"] == difference(new)


def test_another_base_is_not_the_one(new: Path, base: Written) -> None:
    """Shapes, widths and bits count."""
    trained = base(
        {
            "norm.weight": np.zeros(8, np.float32),
            "norm.bias": np.zeros(7, np.float16),
            "body.bias": np.zeros(7, np.float32),
        }
    )

    assert [
        f"new.safetensors: {name} is copied, but that of trained.safetensors differs"
        for name in ("body.bias", "norm.weight", "norm.bias")
    ] == difference(new, base=trained)


def test_the_file_and_the_base_changed_alike(new: Path, base: Written) -> None:
    """They are equal, but no longer what was copied."""
    changed(new, **{"norm.bias": np.ones(7, np.float32)})
    trained = base({"norm.bias": np.ones(7, np.float32)})
    (line,) = difference(new, base=trained)

    assert line.startswith("new.safetensors: the copied tensors have changed: their digest is ")
    assert line.endswith(f", and in the recipe {parse(recipe_of(new)).base.sha256}")


def test_another_layer_spec_is_told(new: Path, spec: Written) -> None:
    """What is copied is the file's own matter; a seed is not."""
    trained = new.parent / "trained.safetensors"
    lines = difference(new, spec(), seed=3, base=trained)

    assert 2 == len(lines)
    assert lines[0].startswith("new.safetensors: head.weight[0, 0] (element 0) is ")
    assert "new.safetensors: its seed is 0, not 3" == lines[1]


def test_a_base_for_a_file_without_copies(spec: Written, base: Written, tmp_path: Path) -> None:
    """There is nothing to compare."""
    winitgen.write(spec(), tmp_path / "own.npz")
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.verify(tmp_path / "own.npz", base=base())

    assert (
        f"{tmp_path}/own.npz has no copied tensors to compare with a base: its recipe names none; leave out --base"
        == str(error.value)
    )


def test_statistics_need_no_base(new: Path, spec: Written) -> None:
    """They look at the laws of all tensors."""
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.verify(new, spec(), statistics=True, base=new)

    assert "statistics copies nothing, so that it has no use for a base; ask for one of the two" == str(
        error.value
    )
