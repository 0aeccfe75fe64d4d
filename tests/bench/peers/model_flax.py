"""Dense layers of Flax's linen, initialized and saved: ``model_flax.py OUT LAYERS UNITS``."""

import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
from flax import linen
from flax.traverse_util import flatten_dict
from safetensors.flax import save_file

path, layers, units = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = linen.Sequential(
    [linen.Dense(units, use_bias=False, kernel_init=linen.initializers.he_normal()) for _ in range(layers)]
)
variables = model.init(jax.random.key(0), jnp.ones((1, units)))
save_file(flatten_dict(variables["params"], sep="."), path)
