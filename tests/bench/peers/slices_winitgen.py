"""The seconds of parts of a tensor, without imports, on one thread: ``slices_winitgen.py parts SIZE DTYPE``.

``slices_winitgen.py large SPEC``: the seconds to open a model, imports included, and to read 1,000 random rows of its
largest tensor one by one, and the most megabytes of the process.
"""

import json
import random
import resource
import sys
import time

import winitgen


def parts(size: int, dtype: str) -> dict[str, float]:
    """Return the processor time of each part of a square matrix."""
    layer = {"name": "fc", "type": "dense", "inputs": size, "units": size, "init": "normal"}
    part = winitgen.open({"layers": [layer]}, dtype=dtype).get_slice("fc.weight")
    quarter = slice(size // 4, size // 2)
    indices = {
        "whole": ...,
        "a quarter of the rows": quarter,
        "a quarter of the columns": (slice(None), quarter),
        "one column": (slice(None), 5),
        "every 64th column": (slice(None), slice(None, None, 64)),
    }
    found = {}
    for name, index in indices.items():
        begun = time.process_time()
        part[index]
        found[name] = time.process_time() - begun
    return found


def large(spec: str) -> dict[str, float]:
    """Return how long a large model takes, and its memory."""
    begun = time.perf_counter()
    with winitgen.open(spec) as opened:
        found = {"opened and listed, s": len(opened.keys()) and time.perf_counter() - begun}
        name = max(opened.tensors, key=lambda one: opened.tensors[one].size)
        part, drawn = opened.get_slice(name), random.Random(1)  # noqa: S311 - rows, not secrets
        begun = time.perf_counter()
        for _ in range(1000):
            part[drawn.randrange(part.get_shape()[0])]
        found["1,000 rows, s"] = time.perf_counter() - begun
    return {**found, "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


kind, *words = sys.argv[1:]
print(json.dumps(parts(int(words[0]), words[1]) if kind == "parts" else large(words[0])))
