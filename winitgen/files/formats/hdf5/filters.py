"""The filters through which the chunks of a dataset went, and whether this HDF5 library can undo them."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

from winitgen.errors import printable

_NAMES = {
    4: "szip",
    307: "bzip2",
    32000: "lzf",
    32001: "blosc",
    32004: "lz4",
    32008: "bitshuffle",
    32013: "zfp",
    32015: "zstd",
    32017: "sz",
    32018: "fcidecomp",
    32024: "sz3",
    32026: "blosc2",
    32028: "sperr",
}
"""Names of the filters of The HDF Group's registry that people meet, by their numbers."""

_IN_HDF5PLUGIN = frozenset({307, 32001, 32004, 32008, 32013, 32015, 32017, 32018, 32024, 32026, 32028})
"""Filters that the package hdf5plugin brings."""


def missing_filter(dataset: Any, creation: Any) -> str:
    """Return which filter the values of a dataset in chunks need and this library lacks, as a clause; empty if none.

    The package hdf5plugin, which registers filters as it is imported, is asked only for such a dataset.
    """
    from h5py import h5z

    for place in range(creation.get_nfilters()):
        number, _, _, name = creation.get_filter(place)
        if not h5z.filter_avail(number):
            _plug_in()
        if not h5z.filter_avail(number) and _is_applied(dataset, place):
            known = (
                _NAMES.get(number) or printable(name.decode(errors="replace"))[:40] or "of an unknown name"
            )
            advice = "; the package hdf5plugin brings it" if number in _IN_HDF5PLUGIN else ""
            return f"it is compressed by the filter {known} ({number}), which this HDF5 library lacks{advice}"
    return ""


@cache
def _plug_in() -> None:
    """Import hdf5plugin if it is installed; whatever is wrong with it, its filters are missing then."""
    with suppress(ImportError, OSError, RuntimeError):
        import hdf5plugin  # noqa: F401


def _is_applied(dataset: Any, place: int) -> bool:
    """Tell whether any chunk went through the filter at a place; a writer that lacks an optional one skips it."""
    return dataset.chunk_iter(lambda chunk: None if chunk.filter_mask >> place & 1 else True) is True
