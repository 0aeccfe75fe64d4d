"""What the HDF5 library is asked about one file: its recipe, its datasets, and the values of those in chunks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.guarded import GuardedFile
from winitgen.files.formats.hdf5.words import DAMAGED_VALUES
from winitgen.files.input.open_file import quoted
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.recipe import KEY
from winitgen.files.sandbox.requests import SystemFault

_CACHE, _MOST_CACHED = 1 << 20, 1 << 25
"""Bytes of the file's structure that the library keeps: each dataset is looked at once, but in a group of which all
names are one piece, that is read again for each of them if there is no room for it. No file holds more than its size."""


class Session:
    """The open file in the process that runs the library; ``path`` is for messages."""

    def __init__(self, descriptor: int, path: str) -> None:
        self._descriptor = descriptor
        self._path = path
        self._guard: GuardedFile | None = None
        self._root: Any = None
        self._values: Any = None

    def answer(self, request: list[Any]) -> Iterator[bytes | memoryview]:
        """Yield the parts of the answer: ``["recipe"]``, ``["datasets"]`` or ``["values", name, start, count]``."""
        with self._told():
            if self._guard is not None:
                self._guard.failed, self._guard.refused = None, False
            root = self._opened()
            match request:
                case ["recipe"]:
                    yield _recipe(root)
                case ["datasets"]:
                    from winitgen.files.formats.hdf5.listing import datasets

                    yield from datasets(root, self._path)
                case ["values", str(name), int(start), int(count)]:
                    yield from self._run(root, name, start, count)

    def close(self) -> None:
        """Close the file, while what it is read by still exists: the library would call it at the end of the program."""
        self._values = None
        root, self._root = self._root, None
        if root is not None:
            root.close()

    def _opened(self) -> Any:
        if self._root is None:
            import h5py

            self._guard = GuardedFile(self._descriptor)
            self._root = h5py.File(self._guard, "r")
            config = self._root.id.get_mdc_config()
            config.set_initial_size = True
            config.min_size = _CACHE
            config.max_size = config.initial_size = cache_of(os.fstat(self._descriptor).st_size)
            self._root.id.set_mdc_config(config)
        return self._root

    def _run(self, root: Any, name: str, start: int, count: int) -> Iterator[memoryview]:
        """Yield a run of the values of a dataset in chunks; the dataset stays open until another is asked for."""
        from winitgen.files.formats.hdf5.chunked import Chunked

        assert self._guard is not None
        if self._values is None or self._values.name != name:
            self._values = None
            self._values = Chunked(root, name, self._guard)
        try:
            yield from self._values.run(start, count)
        except (OSError, RuntimeError, ValueError) as error:
            self._values = None
            if self._guard.failed is not None or self._guard.refused:
                raise
            raise DamagedValuesError(
                f"{self._path}: the HDF5 library cannot read the values of {quoted(name)}; they are damaged",
                DAMAGED_VALUES,
            ) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a fault of the system, and a lack of memory, from a fault of the file."""
        try:
            yield
            if self._guard is not None and self._guard.failed is not None:
                raise SystemFault(self._guard.failed.errno or 0)
        except (UnreadableError, MemoryError, SystemFault):
            raise
        except Exception as error:
            if self._guard is not None and self._guard.failed is not None:
                raise SystemFault(self._guard.failed.errno or 0) from error
            if self._guard is not None and self._guard.refused:
                raise UnreadableError(
                    f"{self._path} has an attribute or a chunk of more than {self._guard.most:,} bytes, the most that winitgen reads"
                ) from error
            if "memory" in str(error) and "alloc" in str(error):  # the library's own words
                raise MemoryError from error
            raise ValueError from error


def cache_of(size: int) -> int:
    """Return the bytes of structure that are kept of a file of ``size`` bytes."""
    return max(_CACHE, min(size, _MOST_CACHED))


def _recipe(root: Any) -> bytes:
    """Return the text of the recipe, behind a letter that says that there is one."""
    text = root.attrs.get(KEY)
    return b"t" + text.encode(errors="surrogatepass") if isinstance(text, str) else b"-"
