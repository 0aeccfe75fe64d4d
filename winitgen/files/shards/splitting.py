"""Which shard a tensor belongs to, by the rule of the huggingface_hub library or of Keras, and how sizes are written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TypeVar

from winitgen.errors import UsageError
from winitgen.files.formats.format import Drawable, byte_count, element_count

USUAL_SIZE = 5_000_000_000
"""Bytes of a shard if none are stated, as in huggingface_hub."""

_UNITS = {"TB": 10**12, "GB": 10**9, "MB": 10**6, "KB": 10**3}
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([TGMK]B)\s*", re.IGNORECASE)

_LAYER = re.compile(r"(?:layers/[^/]*/)*")
"""The part of a variable's path that names its layer, in models within models too."""

AnyDrawable = TypeVar("AnyDrawable", bound=Drawable)


def shard_size(text: str) -> int:
    """Return the number of bytes that a text such as ``5GB`` means; units are decimal.

    Raises `UsageError` for any other text.

    >>> shard_size("5GB"), shard_size("1.5 kb")
    (5000000000, 1500)
    """
    found = _SIZE.fullmatch(text)
    size = float(found[1]) * _UNITS[found[2].upper()] if found else 0.0
    if not 1 <= size < math.inf:
        raise UsageError(f"--max-shard-size takes a size such as 5GB, 500MB or 1.5TB, not {text!r}")
    return int(size)


def split(tensors: Sequence[AnyDrawable], limit: int) -> list[list[AnyDrawable]]:
    """Return the tensors of each shard of at most ``limit`` bytes of values.

    The tensors are taken in their order, and the next shard begins with one that the last has no room for. A tensor
    larger than the limit is a shard of its own, which comes before the one that is being filled.
    """
    shards: list[list[AnyDrawable]] = []
    open_shard: list[AnyDrawable] = []
    filled = 0
    for tensor in tensors:
        size = byte_count(tensor)
        if size > limit:
            shards.append([tensor])
            continue
        if filled + size > limit:
            shards.append(open_shard)
            open_shard, filled = [], 0
        open_shard.append(tensor)
        filled += size
    if open_shard or not shards:
        shards.append(open_shard)
    return shards


def keras_bytes(tensor: Drawable) -> float:
    """Return the size of a variable as Keras counts it: booleans take a bit each."""
    return element_count(tensor) / 8 if tensor.dtype == "bool" else float(byte_count(tensor))


def split_for_keras(tensors: Sequence[AnyDrawable], limit: int) -> list[list[AnyDrawable]]:
    """Return the tensors of each of Keras's shards (``ShardedH5IOStore`` in keras/src/saving/saving_lib.py).

    Each shard is filled in Keras's order. Raises `UsageError` for a variable larger than the limit, which Keras
    refuses too.
    """
    shards: list[list[AnyDrawable]] = [[]]
    filled = 0.0
    for tensor in _in_order_of_keras(tensors):
        size = keras_bytes(tensor)
        if size > limit:
            raise UsageError(
                f"{tensor.name} has {byte_count(tensor):,} bytes, and no shard of Keras holds a variable above "
                f"--max-shard-size, which is {limit:,}; raise it"
            )
        if filled + size > limit:
            shards.append([])
            filled = 0.0
        shards[-1].append(tensor)
        filled += size
    return shards


def _in_order_of_keras(tensors: Sequence[AnyDrawable]) -> list[AnyDrawable]:
    """Return the tensors layer by layer, and in a layer as Keras walks it: its own, then those of its parts by name."""
    layers: dict[str, list[AnyDrawable]] = {}
    for tensor in tensors:
        layers.setdefault(_LAYER.match(tensor.keras_path)[0], []).append(tensor)  # type: ignore[index]
    return [tensor for own in layers.values() for tensor in sorted(own, key=_place)]


def _place(tensor: Drawable) -> list[tuple[bool, bool, int, str]]:
    """Return the key of a variable's path: Keras visits names with an underscore last, and numbers in order."""
    parts = tensor.keras_path.split("/")
    return [(part != "vars", part[:1] == "_", int(part) if part.isdigit() else 0, part) for part in parts]
