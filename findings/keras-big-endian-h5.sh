#!/usr/bin/env bash
# Keras 3.15.1: a .weights.h5 file whose datasets are big-endian, as HDF5 allows and h5py on other machines writes, loads with the JAX
# backend and not with the PyTorch backend, though the file is the same and Keras itself is the reader.
#
# h5py gives such a dataset as an array of dtype '>f4'. JAX turns it into its own; torch.from_numpy refuses an array whose byte order is not the
# machine's with a ValueError, and Keras passes that on. Nothing in the file is wrong: HDF5 states the byte order of each dataset.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'keras==3.15.1' 'torch==2.13.0' 'jax==0.10.2' 'h5py==3.16.0' 'numpy==2.4.6'
cat >"$folder/load.py" <<'PYTHON'
import os
import sys

import h5py
import keras
import numpy as np

path = sys.argv[1]
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.save_weights(path)
with h5py.File(path, "r+") as file:
    names = []
    file.visititems(lambda name, found: names.append(name) if isinstance(found, h5py.Dataset) else None)
    for name in names:
        values, attributes = file[name][...], dict(file[name].attrs)
        del file[name]
        file[name] = values.astype(values.dtype.newbyteorder(">"))
        file[name].attrs.update(attributes)
before = [np.array(one) for one in model.get_weights()]
try:
    model.load_weights(path)
    print("loaded", all(map(np.array_equal, before, model.get_weights())))
except ValueError as error:
    print("refused", "byte order" in str(error))
PYTHON
for backend in jax torch; do
    found=$(KERAS_BACKEND=$backend JAX_PLATFORMS=cpu "$folder/venv/bin/python" -W ignore "$folder/load.py" "$folder/$backend.weights.h5" 2>"$folder/log" | tail -n 1)
    echo "$backend: $found"
    [ "$backend" = torch ] && expected="refused True" || expected="loaded True"
    [ "$found" = "$expected" ] || { echo "this changed"; tail -n 5 "$folder/log"; exit 1; }
done
