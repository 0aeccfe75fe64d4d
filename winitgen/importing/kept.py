"""Tensors that follow no law: the layer-spec takes them from the file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from winitgen.errors import UsageError
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.address import is_remote
from winitgen.files.value_digest import digest_of
from winitgen.importing.found import FoundTensor


def path_from(folder: str, path: str) -> str:
    """Return the path of a file as a layer-spec in ``folder`` writes it; empty is the current folder.

    It leads from where the folder really is, as the system goes up from there if a link leads to the folder.
    Raises `UsageError` for a path that no layer-spec can hold.

    >>> path_from("", "w.npz"), path_from("specs", "w.npz"), path_from("specs", "/data/w.npz")
    ('w.npz', '../w.npz', '/data/w.npz')
    """
    written = path if not folder or os.path.isabs(path) else _from(os.path.realpath(folder), path)
    for problem, is_there in _PROBLEMS.items():
        if is_there(path if is_remote(path) else written):
            raise UsageError(f"{path}: {problem}; give the file another path, or leave out --keep")
    return written


def _from(folder: str, path: str) -> str:
    """Return a relative path as seen from a folder; its links are followed only if it goes up behind one of them."""
    short = os.path.normpath(path)
    same = os.path.realpath(short) == os.path.realpath(path)
    return os.path.relpath(short if same else os.path.realpath(path), folder)


_LONE = re.compile("[\ud800-\udfff]")
"""Half of a character: a byte of a path that is no UTF-8."""

_PROBLEMS: dict[str, Callable[[str], bool]] = {
    "a layer-spec takes values from files on a disk, not from a store": is_remote,
    "a layer-spec cannot hold a path with '${' in it, which begins an expression": lambda path: "${" in path,
    "a layer-spec is UTF-8, and this path is not": lambda path: bool(_LONE.search(path)),
}
"""What a path may have that a layer-spec cannot say, and whether it has it."""


def kept(name: str, array: StoredArray, path: str, why: str) -> FoundTensor:
    """Return a tensor with the values that it has in a file, whose ``path`` the layer-spec writes; ``why`` says why no law gives them."""
    init = {"scheme": "file", "path": path, "tensor": array.name, "sha256": digest_of(array).sha256}
    return FoundTensor(name, array.shape, array.dtype, init, why)


def kept_note(count: int, path: str) -> str:
    """Return what is to be told about tensors that are taken from a file."""
    what = "1 tensor follows no law and is" if count == 1 else f"{count:,} tensors follow no law and are"
    return f"{what} taken from {path}: the layer-spec needs that file, at this path from its own folder"
