"""What specs/mlp.yaml asks for, as a library's users write it: ``small.py LIBRARY OUT``."""

import sys
from importlib import import_module

peer = import_module(f"by_{sys.argv[1]}")
weights = {}
for name, inputs, units, bias in (("fc1", 784, 500, 0.01), ("fc2", 500, 500, 0.0), ("out", 500, 10, 0.0)):
    kernel = peer.he_normal if name == "fc1" else peer.xavier_normal
    weights[f"{name}.weight"] = kernel(units, inputs)
    weights[f"{name}.bias"] = peer.constant(units, bias)
peer.save(weights, sys.argv[2])
