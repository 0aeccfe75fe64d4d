"""Which arrays of two files are the same one, by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from winitgen.files.input.open_file import StoredArray


class ArrayPair(NamedTuple):
    """An array of the one file and the array of the other that it is compared with, where there are both."""

    a: StoredArray | None
    b: StoredArray | None


def matched(a: Sequence[StoredArray], b: Sequence[StoredArray]) -> list[ArrayPair]:
    """Return the arrays of ``a`` in their order with their partners, then those that are in ``b`` alone.

    Partners have the same name. Of the rest, those do that differ in ``/`` for ``.`` alone, as HDF5 has
    no other separator than the first; and where both files hold one array, these two, if one of them
    has no name, as in a single ``.npy``.
    """
    partners = {array.name: array for array in b}
    found = {array.name: partners.pop(array.name) for array in a if array.name in partners}
    left = [array for array in a if array.name not in found]
    mine, theirs = _by_key(left), _by_key(list(partners.values()))
    for key in mine.keys() & theirs.keys():
        found[mine[key].name] = partners.pop(theirs[key].name)
    if len(a) == len(b) == 1 and not found and "" in (a[0].name, b[0].name):
        found[a[0].name] = partners.pop(b[0].name)
    return [
        *(ArrayPair(array, found.get(array.name)) for array in a),
        *(ArrayPair(None, array) for array in partners.values()),
    ]


def _by_key(arrays: Sequence[StoredArray]) -> dict[str, StoredArray]:
    """Return arrays by their names with one separator, without those that this makes ambiguous."""
    keys = [array.name.replace("/", ".") for array in arrays]
    times = Counter(keys)
    return {key: array for key, array in zip(keys, arrays, strict=True) if times[key] == 1}
