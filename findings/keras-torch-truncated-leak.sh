#!/usr/bin/env bash
# keras 3.15.1: on PyTorch, TruncatedNormal and HeNormal are not truncated for 4 values in a million.
#
# The backend draws four normals for each value and takes the first within two standard deviations. If none is, the index
# is that of the first all the same, and the value is a normal of any size beyond the cut: with a probability of
# 0.0455^4 = 4.3e-6. A layer of 1000 x 1000 has about four weights that no truncated normal can give. The JAX, TensorFlow
# and NumPy backends have none. Nobody would expect the cut of the same initializer to depend on the backend.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'keras==3.15.1' 'torch==2.13.0' 'numpy==2.4.6'
KERAS_BACKEND=torch "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import keras

drawn = keras.initializers.TruncatedNormal(stddev=1.0, seed=0)((4000, 4000), "float32").abs()
leaks = int((drawn > 2).sum())
expected = drawn.numel() * 0.04550026**4
assert abs(leaks - expected) < 6 * expected**0.5, f"{leaks} beyond the cut, not about {expected:.0f}: this changed"
print(f"{leaks} of {drawn.numel():,} values lie beyond 2 standard deviations, as far as {float(drawn.max()):.2f}")
PYTHON
