"""Which folders hold arrays of zarr or a checkpoint of Orbax, by the names in them."""

from __future__ import annotations

from collections.abc import Collection

TREE, STEP = "_METADATA", "_CHECKPOINT_METADATA"
"""What Orbax writes of a tree of arrays, and of a step, whose trees may be in folders of their own."""

DATABASE = "manifest.ocdbt"
"""The beginning of a database of TensorStore, in which Orbax keeps all arrays of a tree together."""

AGGREGATE = "checkpoint"
"""The tree as older versions of Orbax wrote it, with all values that are no arrays."""

TEXTS = "_strings.json"
"""The values of a tree of Orbax that are text; older versions have one for each, in a folder of its name."""

ARRAY_2, GROUP_2, ATTRIBUTES_2, GROUPED_2 = ".zarray", ".zgroup", ".zattrs", ".zmetadata"
NODE_3 = "zarr.json"

_OF_ORBAX = frozenset({TREE, STEP, "orbax.checkpoint"})
_OF_ZARR = frozenset({ARRAY_2, GROUP_2, NODE_3, DATABASE})


def is_of_orbax(names: Collection[str]) -> bool:
    """Tell whether a folder with these names is a tree or a step of Orbax."""
    return not _OF_ORBAX.isdisjoint(names)


def is_zarr(names: Collection[str]) -> bool:
    """Tell whether a folder with these names is of Orbax, or holds arrays of zarr.

    >>> is_zarr(["_METADATA", "d"]), is_zarr([".zgroup", "w"]), is_zarr(["w.npy"])
    (True, True, False)
    """
    return is_of_orbax(names) or not _OF_ZARR.isdisjoint(names)


def is_aggregate(head: bytes) -> bool:
    """Tell whether a file begins as a table of MessagePack does.

    >>> is_aggregate(b"\\x81\\xa1a\\xc0"), is_aggregate(b"model_checkpoint_path:")
    (True, False)
    """
    return head[:1] in {b"\xde", b"\xdf"} or 0x80 <= (head or b"\0")[0] <= 0x8F
