#!/usr/bin/env bash
# safetensors 0.8.0 (Python): safetensors.numpy.save stores a transposed array in the order of its memory, under its own shape.
#
# The array that is loaded has the right shape and the right values in wrong places, without an error or a warning; save_file does
# the same. Every array that is not C-contiguous is concerned: a transposed one, one in Fortran order.
# safetensors.torch.save refuses such a tensor, and version 0.7.0 for NumPy stored it rightly.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
for version in 0.7.0 0.8.0; do
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "safetensors==$version" 'numpy==2.4.6'
    "$folder/venv/bin/python" - "$version" <<'PYTHON'
import sys

import numpy as np
from safetensors.numpy import load, save

array = np.arange(6).reshape(2, 3)
found = {name: load(save({"w": given}))["w"] for name, given in
         {"C order": array, "transposed": array.T, "Fortran order": np.asfortranarray(array)}.items()}
print(sys.argv[1], {name: values.tolist() for name, values in found.items()})
right = [np.array_equal(found["C order"], array), np.array_equal(found["transposed"], array.T), np.array_equal(found["Fortran order"], array)]
assert right == ([True, True, True] if sys.argv[1] == "0.7.0" else [True, False, False]), f"{sys.argv[1]}: {right}: this changed"
PYTHON
done
