"""Dense layers of Flax's NNX, initialized and saved: ``model_nnx.py OUT LAYERS UNITS``."""

import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

from flax import nnx
from safetensors.flax import save_file

path, layers, units = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rngs = nnx.Rngs(0)
kernels = nnx.initializers.he_normal()
model = nnx.Sequential(
    *(nnx.Linear(units, units, use_bias=False, kernel_init=kernels, rngs=rngs) for _ in range(layers))
)
flat = nnx.to_flat_state(nnx.state(model, nnx.Param))
save_file({".".join(map(str, name)): value[...] for name, value in flat}, path)
