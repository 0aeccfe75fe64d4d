"""The values of other libraries that mean what Python's own do."""

from __future__ import annotations

import enum
from collections import OrderedDict, UserDict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.needed import missing

SPEC = {
    "input": 3,
    "vars": {"n": 4, "on": True},
    "layers": [{"name": "fc", "type": "dense", "units": "${n}"}],
}


class Word(enum.StrEnum):
    """Texts of a class of their own."""

    TORCH = "torch"
    FLOAT32 = "float32"
    NPZ = "npz"
    HE = "he_normal"


class Place:
    """A path of a class of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)


@pytest.mark.parametrize(
    "seed", [7, np.int8(7), np.uint64(7), np.int64(7), np.array(7)], ids=lambda seed: type(seed).__name__
)
def test_a_whole_number_of_numpy_is_a_seed(seed: Any) -> None:
    """Its plan is the one of the same int, and holds an int."""
    assert winitgen.plan(SPEC, seed=7) == winitgen.plan(SPEC, seed=seed)
    assert type(winitgen.plan(SPEC, seed=seed).seed) is int


def test_the_largest_seed_of_numpy_is_a_seed() -> None:
    """An unsigned number of 64 bits is any seed there is."""
    assert 2**64 - 1 == winitgen.plan(SPEC, seed=np.uint64(2**64 - 1)).seed


def test_a_path_of_an_enumeration_is_its_value(tmp_path: Path) -> None:
    """Not the name of the member, in a report or a message."""
    out, none = f"{tmp_path}/w.npz", f"{tmp_path}/none.npz"

    class Paths(str, enum.Enum):  # noqa: UP042  # whose text is that of the member
        OUT = out
        NONE = none

    found = winitgen.write(SPEC, Paths.OUT)[1]["file"]
    assert (str, out) == (type(found), found)
    with pytest.raises(winitgen.WinitgenError, match=rf"^cannot read {none}: No such file or directory$"):
        winitgen.inspect(Paths.NONE)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (np.float32, "float32"),
        (np.dtype("float16"), "float16"),
        (np.dtype("=f8"), "float64"),
        (np.zeros(2, np.float64).dtype, "float64"),
        (Word.FLOAT32, "float32"),
        (np.str_("float16"), "float16"),
    ],
    ids=str,
)
def test_a_dtype_of_numpy_is_a_number_format(dtype: Any, name: str) -> None:
    """It is what arrays have, so that the dtype of one can be asked for."""
    assert name == winitgen.plan(SPEC, dtype=dtype).dtype


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_the_dtypes_of_ml_dtypes_are_number_formats(name: str) -> None:
    """Their classes are NumPy's."""
    import ml_dtypes

    assert name == winitgen.plan(SPEC, dtype=getattr(ml_dtypes, name)).dtype
    assert name == winitgen.generate(SPEC, dtype=np.dtype(getattr(ml_dtypes, name)))["fc.weight"].dtype


@pytest.mark.slow
@pytest.mark.parametrize("name", ["float32", "bfloat16", "float8_e4m3fn"])
def test_a_dtype_of_a_framework_is_a_number_format(name: str) -> None:
    """PyTorch's have no name but their text; JAX's are classes that have NumPy's."""
    try:
        import jax.numpy as jax
        import torch
    except ImportError as error:
        missing(str(error.name), "install the frameworks")

    assert name == winitgen.plan(SPEC, dtype=getattr(torch, name)).dtype
    assert name == winitgen.plan(SPEC, dtype=getattr(jax, name)).dtype


@pytest.mark.parametrize("value", [9, np.int64(9), np.float64(9), np.array(9), np.int8(9)], ids=repr)
def test_a_number_of_numpy_replaces_a_variable(value: Any) -> None:
    """The spec is the same as with a number of Python's."""
    assert (9, 3) == winitgen.plan(winitgen.load_spec(SPEC, variables={"n": value})).parameters[0].shape


def test_a_truth_value_of_numpy_replaces_a_variable() -> None:
    """It is no number."""
    assert winitgen.load_spec(SPEC, variables={"on": np.False_, "n": np.uint8(2)})


@pytest.mark.parametrize(
    "kind", [dict, OrderedDict, UserDict, MappingProxyType], ids=lambda kind: kind.__name__
)
def test_any_mapping_is_a_spec(kind: Any) -> None:
    """Those inside it, too, and tuples are lists."""
    layer = kind({"name": np.str_("fc"), "type": Word.TORCH.replace("torch", "dense"), "units": np.int32(4)})
    spec = kind({"input": np.uint8(3), "vars": kind({"n": 4, "on": np.True_}), "layers": (layer,)})

    assert winitgen.plan(SPEC).parameters == winitgen.plan(spec).parameters


def test_the_numbers_and_texts_of_a_call_may_be_of_any_kind(tmp_path: Path) -> None:
    """Paths, names of formats and layouts, truth values, counts, lists."""
    path = Place(tmp_path / "w.bin")
    again = winitgen.write(
        SPEC, path, format=Word.NPZ, layout=Word.TORCH, threads=np.int64(2), force=np.True_, fsync=np.False_
    )
    report = winitgen.inspect(path, threads=np.uint8(1), header=np.True_)
    found = winitgen.probe(
        SPEC, samples=np.int16(9), compare=np.array(["he_normal", Word.HE]), threads=np.int64(1)
    )
    swept = winitgen.probe(SPEC, samples=9, sweep={"n": np.array([2, 3])}, backward=np.False_)

    assert ("written", "npz", 2) == (again.status, report["format"], len(found["runs"]))
    assert ["n = 2", "n = 3"] == [run["label"] for run in swept["runs"]]
    assert winitgen.diff(path, str(tmp_path / "w.bin"), threads=np.int64(1))["equal"]
    assert "verified" == winitgen.verify(path, SPEC, seed=np.int64(0), threads=np.int32(2))["status"]


def test_what_a_path_leads_to_is_written(tmp_path: Path) -> None:
    """A text of a class of its own is the text."""
    winitgen.write(SPEC, np.str_(tmp_path / "w.npz"))

    assert "npz" == winitgen.inspect(tmp_path / "w.npz")["format"]
