"""What a file with copied tensors says of itself, and what is said of it: recipe, metadata, digest, report."""

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
from tests.base.bits import saved
from winitgen.api import dry_run
from winitgen.writing.base.choice import BaseChoice

Written = Callable[..., Path]


def test_what_the_recipe_holds(spec: Written, base: Written, tmp_path: Path) -> None:
    """The names of the drawn tensors, or of the copied ones if they are fewer, and one digest."""
    model, trained = spec(), base()
    entries = []
    for number, only in enumerate([["head.*"], ["[hn]*"]]):
        path = tmp_path / f"{number}.safetensors"
        winitgen.write(model, path, base=trained, only=only)
        with safetensors.safe_open(path, "numpy") as file:
            entries.append(json.loads(file.metadata()["winitgen"])["base"])

    assert {"drawn": ["head.bias", "head.weight"]} == {"drawn": entries[0].pop("drawn")}
    assert {"copied": ["body.bias", "body.weight"]} == {"copied": entries[1].pop("copied")}
    assert [["sha256"], ["sha256"]] == [list(entry) for entry in entries]


def test_the_metadata_of_the_base_stands_beside_ours(spec: Written, base: Written, tmp_path: Path) -> None:
    """What the base says of itself is kept, but its format and a recipe are those of the new file."""
    trained = base(metadata={"step": "41", "format": "np", "winitgen": "old", "author": "me"})
    winitgen.write(spec(), tmp_path / "new.safetensors", base=trained, only=["head.*"])

    with safetensors.safe_open(tmp_path / "new.safetensors", "numpy") as file:
        found = file.metadata()
    assert "small" == json.loads(found.pop("winitgen"))["spec"]["model"]
    assert {"author": "me", "step": "41", "format": "pt"} == found


def test_the_metadata_that_all_shards_have_is_kept(spec: Written, tmp_path: Path) -> None:
    """Text that only one of them has is about that one."""
    folder = saved(tmp_path, "-shards")
    for number, name in enumerate(sorted(folder.glob("*.safetensors"))):
        arrays = safetensors.numpy.load_file(name)
        safetensors.numpy.save_file(arrays, name, {"step": "41", "shard": str(number)})
    winitgen.write(spec(), tmp_path / "new.safetensors", base=folder, only=["head.*"])

    with safetensors.safe_open(tmp_path / "new.safetensors", "numpy") as file:
        assert {"format", "winitgen", "step"} == set(file.metadata())


@pytest.mark.parametrize(
    ("name", "why"),
    [("new.npy", "npy has no place for a recipe"), ("new.npz", "npz has no place for so long a recipe")],
)
def test_a_file_without_the_recipe_cannot_be_verified(name: str, why: str, tmp_path: Path) -> None:
    """A note says so when it is written: a comment of a zip has at most 65,535 bytes."""
    group = {
        "type": "repeat",
        "times": 900,
        "name": "b{i}",
        "layers": [{"name": "w", "type": "param", "shape": [1], "init": "zeros"}],
    }
    layers = [group, {"name": "head", "type": "param", "shape": [1], "init": "zeros"}]
    short = name == "new.npy"
    model = {"layers": [*group["layers"], layers[1]] if short else layers}
    trained = tmp_path / "trained.safetensors"
    winitgen.write(model, trained)
    report = winitgen.write(model, tmp_path / name, base=trained, only=["head"]).report

    advice = "so that `winitgen verify` cannot know which tensors are drawn; .safetensors has one"
    assert f"{why}, {advice}" == report["notes"][-1]


def test_a_dry_run_says_what_would_be_copied(spec: Written, base: Written, tmp_path: Path) -> None:
    """Its rows and the bytes are those of the file."""
    model, trained = spec(), base()
    choice = BaseChoice(str(trained), ("head.*",))
    planned = dry_run(winitgen.plan(model), tmp_path / "new.safetensors", base=choice)
    report = winitgen.write(model, tmp_path / "new.safetensors", base=trained, only=["head.*"]).report

    assert without_values({**report, "recipe": None}) == without_values(planned)
    assert planned["tensors"] == dry_run(winitgen.plan(model), base=choice)["tensors"]


def without_values(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without what was measured."""
    return {**report, "tensors": [{**row, "measured": None} for row in report["tensors"]]}


def test_the_digest_is_that_of_the_whole_file(spec: Written, base: Written, tmp_path: Path) -> None:
    """It equals what other commands find, and there is none of parameters, of which some are not drawn."""
    path = tmp_path / "new.npz"
    trained = base({"step": np.arange(3)})
    report = winitgen.write(spec(), path, base=trained, only=["head.*"], digest=True).report

    assert winitgen.inspect(path, digest=True)["digests"] == report["digests"]
    assert winitgen.verify(path, digest=True)["digests"] == report["digests"]
    assert ["content"] == list(report["digests"])
