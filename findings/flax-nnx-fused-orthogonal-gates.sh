#!/usr/bin/env bash
# flax 0.12.8: two LSTM cells of nnx that compute the same start with recurrent kernels a factor of 2 apart.
#
# nnx.LSTMCell draws the recurrent kernel of each gate as an orthogonal matrix: every singular value is 1. The cell that is
# called OptimizedLSTMCell, and documented as more efficient, draws all four gates as one (H, 4H) matrix with
# orthonormal rows, so that each gate has 1/4 of the squared norm: half the standard deviation, and no gate is
# orthogonal. nnx.GRUCell does the same with three gates (1/sqrt(3)), while linen's cells of all these names, the optimized
# one too, are orthogonal gate by gate. Nobody would guess it: the optimized cell promises the same results, and a model that
# is moved from linen to nnx class by class starts with another memory.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'flax==0.12.8' 'jax==0.10.2' 'numpy==2.4.6'
JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PYTHON'
import jax
import jax.numpy as jnp
import numpy as np
from flax import linen, nnx

UNITS = 50


def linen_gates(kind):
    cell = getattr(linen, kind)(features=UNITS)
    carry = cell.initialize_carry(jax.random.key(0), (1, 24))
    found = cell.init(jax.random.key(1), carry, jnp.ones((1, 24)))["params"]
    return [np.asarray(arrays["kernel"]) for name, arrays in found.items() if name.startswith("h")]


def singular(gates):
    values = np.concatenate([np.linalg.svd(gate, compute_uv=False) for gate in gates])
    return float(np.sqrt(np.mean(values**2)))


lstm = nnx.LSTMCell(24, UNITS, rngs=nnx.Rngs(0))
optimized = nnx.OptimizedLSTMCell(24, UNITS, rngs=nnx.Rngs(0))
gru = nnx.GRUCell(24, UNITS, rngs=nnx.Rngs(0))
found = {
    "nnx.LSTMCell": singular([np.asarray(getattr(lstm, f"h{gate}").kernel[...]) for gate in "ifgo"]),
    "nnx.OptimizedLSTMCell": singular(np.split(np.asarray(optimized.dense_h.kernel[...]), 4, axis=1)),
    "nnx.GRUCell": singular(np.split(np.asarray(gru.dense_h.kernel[...]), 3, axis=1)),
    **{f"linen.{kind}": singular(linen_gates(kind)) for kind in ("LSTMCell", "OptimizedLSTMCell", "GRUCell")},
}
expected = {"nnx.OptimizedLSTMCell": 0.5, "nnx.GRUCell": 3**-0.5}
for name, value in found.items():
    wanted = expected.get(name, 1.0)
    assert abs(value - wanted) < 1e-5, f"{name}: root mean square singular value {value:.4f}, not {wanted:.4f}: this changed"
print("root mean square singular value of a gate: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
PYTHON
