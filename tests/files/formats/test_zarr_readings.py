"""What zarr itself reads of a folder otherwise than winitgen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import winitgen
from tests.files.formats.zarr_folders import group, second, third, write_json
from winitgen.files.input import open_weights
from winitgen.files.input.stored_array import StoredArray

GROUP = {"zarr_format": 3, "node_type": "group"}
KEPT = {"kind": "inline", "must_understand": False}


def readings(folder: Path) -> list[str]:
    """Return what a loader reads otherwise of a folder."""
    with open_weights(folder) as weights:
        return [other.text for other in weights.others if other.misread]


def test_arrays_outside_of_groups(tmp_path: Path) -> None:
    """An array in a folder that is no group is read, and zarr does not list it."""
    group(tmp_path, 3)
    third(tmp_path / "a", np.arange(4.0), [2])
    third(tmp_path / "plain/b", np.arange(4.0), [2])
    second(tmp_path / "c", np.arange(4.0), [2])

    assert ["'c' stands in a folder that is no group, and 1 more, so that zarr does not list it"] == readings(
        tmp_path
    )


def test_metadata_of_both_formats(tmp_path: Path) -> None:
    """A folder with metadata of both formats is read by the newer, as zarr reads it."""
    third(tmp_path, np.arange(4.0), [2])
    second(tmp_path, np.arange(3.0), [3])

    assert [(4,)] == [one.shape for one in tensors(tmp_path)]
    assert [
        "the folder has metadata of both formats of zarr, of which those in zarr.json were read"
    ] == readings(tmp_path)


def tensors(folder: Path) -> list[StoredArray]:
    """Return the arrays of a folder."""
    with open_weights(folder) as weights:
        return list(weights.tensors)


@pytest.mark.parametrize("version", [2, 3])
def test_consolidated_metadata(version: int, tmp_path: Path) -> None:
    """Metadata that a group keeps of its members are told if they are not those of the members."""
    name = ".zarray" if version == 2 else "zarr.json"
    group(tmp_path, version)
    (second if version == 2 else third)(tmp_path / "w", np.arange(4.0), [2])
    own = json.loads((tmp_path / "w" / name).read_text())

    def keep(members: Any) -> list[str]:
        if version == 2:
            kept = {f"{path}/.zarray": value for path, value in members.items()} | {
                ".zgroup": {"zarr_format": 2}
            }
            write_json(tmp_path / ".zmetadata", {"zarr_consolidated_format": 1, "metadata": kept})
        else:
            write_json(
                tmp_path / "zarr.json", GROUP | {"consolidated_metadata": KEPT | {"metadata": members}}
            )
        return readings(tmp_path)

    file = ".zmetadata" if version == 2 else "zarr.json"
    told = f"its '{file}' keeps other metadata of 'w' than stand there, and zarr reads those that it keeps"

    assert [] == keep({"w": own})
    assert [told] == keep({"w": own | {"shape": [3]}})
    assert [told] == keep({})
    assert [told.replace("'w'", "'v'")] == keep({"w": own, "v": own})


@pytest.mark.parametrize("version", [2, 3])
def test_arrays_in_arrays(version: int, tmp_path: Path) -> None:
    """An array in the folder of another one is not listed by zarr, even if the other one is a group, too."""
    group(tmp_path, version)
    for path in ("w", "w/x"):
        (second if version == 2 else third)(tmp_path / path, np.arange(4.0), [2])
    if version == 2:
        group(tmp_path / "w", 2)

    assert ["'w/x' stands in a folder that is no group, so that zarr does not list it"] == readings(tmp_path)


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("name", ["bfloat16", "int4", "float8_e5m2", "float8_e8m0fnu"])
def test_number_formats_of_tensorstore(name: str, version: int, tmp_path: Path) -> None:
    """An array of a format of ml_dtypes is listed as that, and a note says that zarr refuses it."""
    group(tmp_path, version)
    values = np.arange(4).astype(getattr(ml_dtypes, name))
    for own in ("v", "w"):
        if version == 2:
            second(tmp_path / own, values, [2], name)
        else:
            third(tmp_path / own, values, [2])
    (second if version == 2 else third)(tmp_path / "u", np.arange(4.0), [2])
    more = "and 1 more are of such: TensorStore reads it, and zarr neither it nor the list of its group"
    with open_weights(tmp_path) as weights:
        assert ["float64", name, name] == [one.dtype for one in weights.tensors]
        assert [(f"'v' is of {name}, {more}", False)] == weights.others


@pytest.mark.parametrize("separator", [".", "/"])
def test_chunks_without_values(separator: str, tmp_path: Path) -> None:
    """A chunk that is neither stored nor filled in has any value to zarr 2; arrays of which all are stored, or filled in, are fine."""
    group(tmp_path, 2)
    for name, fill in (("u", 0), ("v", None), ("w", None), ("x", None)):
        folder = tmp_path / name
        second(folder, np.arange(8.0).reshape(4, 2), [2, 1], fill_value=fill, dimension_separator=separator)
        for chunk in folder.glob("*.*"):
            if separator == "/" and chunk.name != ".zarray":
                row, column = chunk.name.split(".")
                (folder / row).mkdir(exist_ok=True)
                chunk.rename(folder / row / column)
    second(tmp_path / "y", np.empty((0, 2)), [2, 1], fill_value=None)

    assert [] == readings(tmp_path)

    told = "are not stored, and its fill_value is null"
    for name in "uw":
        (tmp_path / name / separator.join("10")).rename(tmp_path / name / "1.9")  # no chunk of it

    assert [f"values of 'w' {told}, so that a program reads anything"] == readings(tmp_path)

    (tmp_path / "x" / separator.join("00")).unlink()

    assert [f"values of 'w' {told}, and 1 more are so, so that a program reads anything"] == readings(
        tmp_path
    )


def test_verify_differs_by_chunks_without_values(tmp_path: Path) -> None:
    """``verify`` agrees with zeros whose chunk is filled in, and differs from those whose chunk is not."""
    spec = {"layers": [{"type": "param", "name": "w", "shape": [2, 3], "init": "zeros"}]}
    group(tmp_path / "f", 2)
    second(tmp_path / "f/w", np.zeros((2, 3), "f"), [2, 3])
    (tmp_path / "f/w/0.0").unlink()

    assert "verified" == winitgen.verify(tmp_path / "f", spec)["status"]

    about = json.loads((tmp_path / "f/w/.zarray").read_text())
    write_json(tmp_path / "f/w/.zarray", about | {"fill_value": None})
    with pytest.raises(winitgen.DiffersError) as error:
        winitgen.verify(tmp_path / "f", spec)

    why = "values of 'w' are not stored, and its fill_value is null, so that a program reads anything"
    assert f"{tmp_path / 'f'}: {why}" == str(error.value)
