"""The seconds of an orthogonal matrix in a library, after one as large: ``orthogonal.py LIBRARY SIZE``."""

import json
import sys
import time
from importlib import import_module

peer, size = import_module(f"by_{sys.argv[1]}"), int(sys.argv[2])
peer.orthogonal(size)  # kernels are compiled for a size, and threads started
begun = time.perf_counter()
peer.orthogonal(size)
print(json.dumps({f"{size} by {size}": time.perf_counter() - begun}))
