"""What specs/mlp.yaml asks for, as PyTorch's users write it: ``small_torch.py OUT``."""

import sys

import torch
from safetensors.torch import save_file

weights = {}
for name, fan_in, fan_out, bias in (("fc1", 784, 500, 0.01), ("fc2", 500, 500, 0.0), ("out", 500, 10, 0.0)):
    kernel = torch.empty(fan_out, fan_in)
    if name == "fc1":
        torch.nn.init.kaiming_normal_(kernel, nonlinearity="relu")
    else:
        torch.nn.init.xavier_normal_(kernel)
    weights[f"{name}.weight"] = kernel
    weights[f"{name}.bias"] = torch.full((fan_out,), bias)
save_file(weights, sys.argv[1])
