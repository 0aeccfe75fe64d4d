"""The seconds of an orthogonal matrix, without imports: ``orthogonal_winitgen.py SIZE``."""

import json
import sys
import time

import winitgen


def draw(size: int) -> None:
    """Draw the kernel of a dense layer."""
    layer = {"name": "fc", "type": "dense", "units": size, "init": "orthogonal", "use_bias": False}
    winitgen.generate({"input": size, "layers": [layer]})


size = int(sys.argv[1])
draw(32)  # the imports
begun = time.perf_counter()
draw(size)
print(json.dumps({f"{size} by {size}": time.perf_counter() - begun}))
