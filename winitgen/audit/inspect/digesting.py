"""The content digest of a weight file from any writer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from winitgen.audit.blocks import ArrayRun, fetched
from winitgen.audit.matching import recipe_names
from winitgen.files import digests
from winitgen.files.output.blocks import little_endian
from winitgen.numeric.threads import in_order, threads_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from winitgen.files.input.open_file import OpenFile
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array


def content_digest(weights: OpenFile, arrays: Sequence[StoredArray], threads: int | None = None) -> str:
    """Return the content digest over the values of a file, in hexadecimal.

    ``arrays`` are the arrays of the file, in file order and in their true number formats. They are hashed under
    their names in the recipe, if the file carries one, because Keras's files use names of their own.
    Raises `UnreadableError` for values that cannot be read.
    """
    names = recipe_names(weights)
    total = sum(array.nbytes for array in arrays)
    leaves: list[list[bytes]] = [[] for _ in arrays]
    for index, leaf in in_order(_jobs(arrays), threads_for(total, threads)):
        leaves[index].append(leaf)
    return digests.content(
        digests.DigestedArray(
            names.get(array.name, array.name),
            array.dtype,
            array.shape,
            hashlib.sha256(b"".join(leaves[index])).hexdigest(),
        )
        for index, array in enumerate(arrays)
    )


def _jobs(arrays: Sequence[StoredArray]) -> Iterator[Callable[[], tuple[int, bytes]]]:
    for index, array in enumerate(arrays):
        read = array.read_bytes if array.has_bytes else array.blocks and array.blocks.read
        if read:  # as a copy of it is hashed
            for start in range(0, array.nbytes, digests.LEAF):
                yield partial(_leaf, index, partial(read, start, min(digests.LEAF, array.nbytes - start)))
            continue
        for start in range(0, array.size, digests.LEAF):
            run = ArrayRun(index, start, min(digests.LEAF, array.size - start), 0)
            yield partial(_leaf, index, fetched(array, run))


def _leaf(index: int, read: Callable[[], Array]) -> tuple[int, bytes]:
    return index, hashlib.sha256(little_endian(read())).digest()
