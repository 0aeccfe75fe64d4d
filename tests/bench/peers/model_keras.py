"""Dense layers of Keras, built and saved: ``model_keras.py OUT LAYERS UNITS``."""

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras

path, layers, units = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = keras.Sequential(
    [
        keras.layers.Dense(units, activation="relu", use_bias=False, kernel_initializer="he_normal")
        for _ in range(layers)
    ]
)
model.build((None, units))
model.save_weights(path)
