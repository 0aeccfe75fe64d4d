"""Folders of zarr and of Orbax in other formats: the same values, under names with dots; and compared with a spec."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import winitgen
from tests.files.formats.zarr_folders import LITTLE, entry, group, second, third, write_tree

SPEC = {"model": "two", "input": 3, "layers": [{"name": "fc", "type": "dense", "units": 2}]}


@pytest.mark.parametrize("kind", ["zarr", "orbax"])
def test_the_values_of_a_spec(kind: str, tmp_path: Path) -> None:
    """What was drawn by a spec and saved by another program is verified in its folder, and again once it was converted."""
    found = winitgen.generate(SPEC, seed=4, layout="flax")
    folder = tmp_path / "folder"
    for name, values in found.items():
        second(
            folder / (name.replace(".", "/") if kind == "zarr" else name),
            np.asarray(values),
            [2] * values.ndim,
        )
    if kind == "zarr":
        for path in ("", "params", "params/fc"):
            group(folder / path, 2)
    else:
        write_tree(folder, [entry(name.split(".")) for name in found])
    assert kind == winitgen.verify(folder, SPEC, seed=4, layout="flax")["format"]
    winitgen.convert(folder, tmp_path / "w.safetensors")

    assert {name: values.tolist() for name, values in found.items()} == {
        name: values.tolist() for name, values in load_file(tmp_path / "w.safetensors").items()
    }


def test_convert_says_why(tmp_path: Path) -> None:
    """An array that is not read for a known reason is not said to be of a number format that cannot be copied."""
    inner = {"chunk_shape": [4], "codecs": [LITTLE], "index_codecs": [LITTLE]}
    codecs = [{"name": "sharding_indexed", "configuration": inner}, "crc32c"]
    third(tmp_path / "f/w", np.arange(8.0), [8], codecs=codecs)
    group(tmp_path / "f", 3)
    with pytest.raises(winitgen.UsageError) as error:
        winitgen.convert(tmp_path / "f", tmp_path / "w.npz")

    why = "its shards are encoded by 'crc32c' as a whole, which is not read"
    assert f"'w' of {tmp_path / 'f'} cannot be copied: {why}; leave it out with --ignore w" == str(
        error.value
    )
