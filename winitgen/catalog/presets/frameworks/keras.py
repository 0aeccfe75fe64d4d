"""Keras: the default initializers of its layers, which TensorFlow's ``tf.keras`` has too."""

from __future__ import annotations

from winitgen.catalog import fan_quirks
from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers.layer import Layer
from winitgen.catalog.layers.recurrent import Recurrent
from winitgen.catalog.layers.weight import Weight
from winitgen.catalog.presets.cells import as_one_matrix
from winitgen.catalog.presets.preset import Preset, PresetRow
from winitgen.catalog.presets.rows import GLOROT, KERNELS_AND_ATTENTION, ORTHOGONAL, TABLES, norms


def seen(layer: Layer, weights: list[Weight]) -> list[Weight]:
    """Return the weights with Keras's fans, and the gates of a recurrent kernel as one matrix."""
    found = fan_quirks.applied("keras", layer, weights)
    return as_one_matrix(found) if isinstance(layer, Recurrent) else found


PRESET = Preset(
    "keras",
    "keras 3.15.1",
    "the layers of keras.layers, on any backend; tf.keras is the same",
    (
        PresetRow(KERNELS_AND_ATTENTION, ("kernel",), GLOROT, "kernel_initializer, depthwise_initializer"),
        PresetRow(KERNELS_AND_ATTENTION, ("bias",), ZEROS, "bias_initializer"),
        PresetRow(TABLES, ("embeddings",), Init("uniform", low=-0.05, high=0.05), "Embedding: RandomUniform"),
        PresetRow(("recurrent",), ("kernel",), GLOROT, "kernel_initializer, over (inputs, gates * H)"),
        PresetRow(
            ("recurrent",), ("recurrent_kernel",), ORTHOGONAL, "recurrent_initializer, over (H, gates * H)"
        ),
        PresetRow(("lstm",), ("bias",), Init("forget_bias"), "LSTM: unit_forget_bias=True"),
        PresetRow(("recurrent",), ("bias", "recurrent_bias"), ZEROS, "SimpleRNN, GRU: bias_initializer"),
        *norms("gamma_initializer, beta_initializer; RMSNormalization: scale"),
        PresetRow(("prelu",), ("alpha",), ZEROS, "PReLU: alpha_initializer"),
    ),
    seen,
)
