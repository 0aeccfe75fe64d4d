"""One of two processes, four devices each: draws its own shards, and is told of what differs between them.

``python -m tests.live_jax.on_devices.two_processes ADDRESS NUMBER``; prints as JSON what came out.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, NamedSharding, PartitionSpec

import winitgen
import winitgen.jax
from tests.live_jax.on_devices.expected import Drawn

SPEC: dict[str, Any] = {
    "input": 8,
    "layers": [
        {"name": "fc1", "type": "dense", "units": 16},
        {"name": "fc2", "type": "dense", "units": 8},
    ],
}


def refused(**options: Any) -> str:
    """Return what is said of a call, after which nothing was drawn."""
    with Drawn() as drawn:
        try:
            winitgen.jax.tree(SPEC, **options)
        except winitgen.WinitgenError as error:
            return f"{drawn.count} drawn" if drawn.count else str(error)
    return "no error"


def main(address: str, number: int) -> None:
    """Draw over all eight devices, and have the two processes differ in every way."""
    jax.distributed.initialize(address, 2, number)
    mesh = jax.make_mesh((4, 2), ("x", "y"), axis_types=(AxisType.Auto, AxisType.Auto))
    both = NamedSharding(mesh, PartitionSpec("x", "y"))
    every = NamedSharding(mesh, PartitionSpec())
    wanted = winitgen.generate(SPEC)
    with Drawn() as drawn:
        arrays = winitgen.jax.tree(SPEC, lambda name, shape: both if len(shape) > 1 else every)
    shards = [(name, shard) for name, array in arrays.items() for shard in array.addressable_shards]
    found = {
        "devices": jax.local_device_count(),
        "equal": all(np.array_equal(shard.data, wanted[name][shard.index]) for name, shard in shards),
        "drawn": drawn.count,
        "all": sum(math.prod(array.shape) for array in wanted.values()),
        "another seed": refused(seed=number),
        "a missing name": refused(like={} if number else None),
    }
    print(json.dumps(found))
    jax.distributed.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
