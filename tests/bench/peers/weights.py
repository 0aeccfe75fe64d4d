"""He-normal kernels of dense layers, and biases if asked, to a file, as a library's users write it.

``weights.py LIBRARY OUT LAYERS UNITS [bias] [fsync]``
"""

import os
import sys
from importlib import import_module

library, path, layers, units, *extra = sys.argv[1:]
peer = import_module(f"by_{library}")
weights = {f"fc{index}.hidden.weight": peer.he_normal(int(units), int(units)) for index in range(int(layers))}
if "bias" in extra:
    for index in range(int(layers)):
        weights[f"fc{index}.hidden.bias"] = peer.constant(int(units), 0.01)
peer.save(weights, path)
if "fsync" in extra:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
