"""Write normals into a float32 file: ``inspect_file.py FILE BEGIN ELEMENTS``."""

import sys

import numpy as np

rng = np.random.default_rng(0)
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    for _ in range(0, int(sys.argv[3]), 1 << 20):
        file.write(rng.standard_normal(1 << 20, np.float32).data)
