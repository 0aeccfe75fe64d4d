#!/usr/bin/env bash
# jax 0.10.2: in bfloat16 a random normal is one of 128 numbers, from -2.89 to 2.52, and in float16 one of 1,024.
#
# jax.random.uniform draws as many random bits as the significand of the format has, 7 in bfloat16, and normal and
# truncated_normal are functions of such a draw. A layer whose param_dtype is bfloat16 (flax, haiku, equinox, Keras on
# JAX) starts with 128 different weights, however many there are: no weight is beyond 2.9 standard deviations, of 10^6 there
# should be 3,700, and the mean is -0.01. Drawing in float32 and rounding gives some 3,500 numbers. Nobody would guess that
# the number format of the parameters chooses the random bits.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'jax==0.10.2' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import jax
import jax.numpy as jnp
import numpy as np

key = jax.random.key(0)
for dtype, few in ((jnp.bfloat16, 128), (jnp.float16, 1024)):
    name = jnp.dtype(dtype).name
    drawn = np.asarray(jax.random.normal(key, (1_000_000,), dtype)).astype(np.float64)
    rounded = np.asarray(jax.random.normal(key, (1_000_000,)).astype(dtype)).astype(np.float64)
    numbers = np.unique(drawn)
    assert few == numbers.size, f"{numbers.size} numbers in {name}: this changed"
    print(f"{name}: {few} numbers from {numbers[0]:.3f} to {numbers[-1]:.3f}, mean {drawn.mean():.4f}; "
          f"drawn in float32 and rounded: {np.unique(rounded).size}, mean {rounded.mean():.4f}")
PYTHON
