"""What an index says: where each tensor is, byte for byte as the libraries write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from winitgen.files.formats.format import Drawable, byte_count
from winitgen.files.shards.splitting import keras_bytes

Place = tuple[str, Sequence[Drawable]]
"""The name of a shard, and the tensors in it."""


def hub_index(places: Iterable[Place], parameters: int | None) -> bytes:
    """Return the index as transformers writes it: sorted JSON with two spaces a level and a newline at the end.

    ``parameters`` is the number of values that can be trained; None if it is not known, and then left out.
    """
    import json

    found = {tensor.name: (shard, byte_count(tensor)) for shard, tensors in places for tensor in tensors}
    known = {} if parameters is None else {"total_parameters": parameters}
    index = {
        "metadata": {**known, "total_size": sum(size for _, size in found.values())},
        "weight_map": {name: shard for name, (shard, _) in found.items()},
    }
    return (json.dumps(index, indent=2, sort_keys=True) + "\n").encode()


def keras_index(places: Iterable[Place], parameters: int | None) -> bytes:
    """Return the index as Keras 3 writes it (``ShardedH5IOStore`` in keras/src/saving/saving_lib.py).

    It lists groups, in the order in which they are written: the shard of a group with one variable, and else a
    list of shards. The total is a floating-point number.
    """
    import json

    total, shards, counts = 0.0, dict[str, list[str]](), dict[str, int]()
    for shard, tensors in places:
        for tensor in tensors:
            group = f"/{tensor.keras_path.rpartition('/')[0]}"
            total += keras_bytes(tensor)
            counts[group] = counts.get(group, 0) + 1
            if shard not in shards.setdefault(group, []):
                shards[group].append(shard)
    index = {
        "metadata": {"total_size": total},
        "weight_map": {group: found if counts[group] > 1 else found[0] for group, found in shards.items()},
    }
    return json.dumps(index, indent=4).encode()
