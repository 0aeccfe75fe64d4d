#!/usr/bin/env bash
# keras 3.15.1: a layer with LoRA enabled, into which the weights of the plain model are then loaded, can never train its LoRA matrices.
#
# enable_lora starts one matrix of the pair at random and the other at 0, so that their product is 0 and only the second has a gradient at first.
# load_weights of a file that was saved without LoRA sets both to 0, without a word. The gradient of each is a product with the other one, so both
# stay 0 in every step of training: the kernel is frozen, and only the bias learns. The other order, load_weights and then enable_lora, trains.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'keras==3.15.1' 'jax==0.10.2' 'numpy==2.4.6' 'h5py==3.16.0'
cat >"$folder/lora.py" <<'PYTHON'
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np


def built():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])


def largest(layer):
    return [float(np.abs(np.asarray(one)).max()) for one in (layer.lora_kernel_a, layer.lora_kernel_b)]


def trained(model):
    batch = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    model.compile("sgd", "mse")
    model.fit(batch, batch @ np.ones((4, 3), "float32"), epochs=20, verbose=0)
    return largest(model.layers[0])


path = sys.argv[1]
built().save_weights(path)

enabled_first = built()
enabled_first.layers[0].enable_lora(2)
first, second = largest(enabled_first.layers[0])
assert first > 0 and second == 0, "enable_lora starts the pair otherwise: this changed"
enabled_first.load_weights(path)
after = largest(enabled_first.layers[0])
print("enabled, then loaded: largest values of the pair", after)
assert after == [0, 0], "load_weights leaves the pair as it was: this changed"
after = trained(enabled_first)
print("and after 20 epochs", after)
assert after == [0, 0], "the pair trains: this changed"

loaded_first = built()
loaded_first.load_weights(path)
loaded_first.layers[0].enable_lora(2)
after = trained(loaded_first)
print("loaded, then enabled: after 20 epochs", after)
assert min(after) > 0.1, "the pair does not train in this order either: this changed"
PYTHON
"$folder/venv/bin/python" "$folder/lora.py" "$folder/model.weights.h5" 2>&1
