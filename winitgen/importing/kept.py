"""Tensors that follow no law: the layer-spec takes them from the file."""

from __future__ import annotations

import os

from winitgen.files.input.stored_array import StoredArray
from winitgen.files.value_digest import digest_of
from winitgen.importing.found import FoundTensor


def path_from(folder: str, path: str) -> str:
    """Return the path of a file as a layer-spec in ``folder`` writes it; empty is the current folder.

    >>> path_from("", "w.npz"), path_from("specs", "w.npz"), path_from("specs", "/data/w.npz")
    ('w.npz', '../w.npz', '/data/w.npz')
    """
    return path if not folder or os.path.isabs(path) else os.path.relpath(path, folder)


def kept(name: str, array: StoredArray, path: str, why: str) -> FoundTensor:
    """Return a tensor with the values that it has in a file, whose ``path`` the layer-spec writes; ``why`` says why no law gives them."""
    init = {"scheme": "file", "path": path, "tensor": array.name, "sha256": digest_of(array).sha256}
    return FoundTensor(name, array.shape, array.dtype, init, why)


def kept_note(count: int, path: str) -> str:
    """Return what is to be told about tensors that are taken from a file."""
    what = "1 tensor follows no law and is" if count == 1 else f"{count:,} tensors follow no law and are"
    return f"{what} taken from {path}: the layer-spec needs that file, at this path from its own folder"
