"""What large.yaml asks for, as PyTorch's users write it: ``large_torch.py OUT [fsync]``."""

import os
import sys

import torch
from safetensors.torch import save_file

path = sys.argv[1]
weights = {f"fc{index}.hidden.weight": torch.empty(8192, 8192) for index in range(4)}
for weight in weights.values():
    torch.nn.init.kaiming_normal_(weight, nonlinearity="relu")
save_file(weights, path)
if sys.argv[2:] == ["fsync"]:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
