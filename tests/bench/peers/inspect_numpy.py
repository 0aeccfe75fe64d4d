"""Mean, standard deviation and extremes of a float32 file, as NumPy's own functions give them."""

import sys

import numpy as np

values = np.memmap(sys.argv[1], np.float32, "r", int(sys.argv[2]))
print(values.mean(dtype=np.float64), values.std(dtype=np.float64), values.min(), values.max())
