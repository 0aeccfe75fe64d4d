"""He-normal kernels of dense layers to a file, as a library's users write it.

``weights.py LIBRARY OUT LAYERS UNITS [fsync]``
"""

import os
import sys
from importlib import import_module

library, path, layers, units, *durable = sys.argv[1:]
peer = import_module(f"by_{library}")
weights = {f"fc{index}.hidden.weight": peer.he_normal(int(units), int(units)) for index in range(int(layers))}
peer.save(weights, path)
if durable == ["fsync"]:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
