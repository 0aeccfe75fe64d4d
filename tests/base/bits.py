"""The bits of the tensors of files, and trained files of every kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
import safetensors
import safetensors.numpy

import winitgen
from tests.base.conftest import TRAINED
from winitgen.files.input import open_weights

HEAD = {"head.weight", "head.bias"}


def bits_in(path: Path | str) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the shape and the bits of each tensor of a file, with dots in the names."""
    with open_weights(path) as weights:
        return {
            one.name.replace("/", "."): (one.shape, one.read(0, one.size).tobytes())
            for one in weights.tensors
        }


def trained_bits(arrays: Mapping[str, np.ndarray] = TRAINED) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the same of arrays."""
    return {name: (array.shape, array.tobytes()) for name, array in arrays.items()}


def drawn_bits(spec: Path) -> dict[str, tuple[tuple[int, ...], bytes]]:
    """Return the same of what the layer-spec draws as a whole."""
    return {name: (array.shape, array.tobytes()) for name, array in winitgen.generate(spec).items()}


def saved(folder: Path, kind: str) -> Path:
    """Write the trained weights as one of the containers; return the path."""
    path = folder / f"trained{kind}"
    if kind == ".npz":
        np.savez(path, **TRAINED)
    elif kind == "-deflated.npz":
        np.savez_compressed(path, **TRAINED)
    elif kind == ".h5":
        with h5py.File(path, "w") as file:
            for name, array in TRAINED.items():
                file[name.replace(".", "/")] = array
    elif kind == "-chunked.h5":
        with h5py.File(path, "w") as file:
            for name, array in TRAINED.items():
                chunked = {"chunks": True, "compression": "gzip"} if array.shape else {}
                file.create_dataset(name.replace(".", "/"), data=array, **chunked)
    elif kind == "-shards":
        path.mkdir()
        names = ("a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors")
        parts = [dict(list(TRAINED.items())[:4]), dict(list(TRAINED.items())[4:])]
        for name, part in zip(names, parts, strict=True):
            safetensors.numpy.save_file(part, path / name)
        places = {key: name for name, part in zip(names, parts, strict=True) for key in part}
        (path / "a.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    else:
        safetensors.numpy.save_file(TRAINED, path)
    return path
