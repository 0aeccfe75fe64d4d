"""Keras's EfficientNet: He by fan_out, cut at two standard deviations; the classifier by its classes."""

from __future__ import annotations

from winitgen.catalog.init import Init
from winitgen.catalog.presets.frameworks import keras
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import CONVOLUTIONS

PRESET = keras.PRESET.model(
    "keras-efficientnet",
    "keras 3.15.1",
    "keras.applications: EfficientNet, EfficientNetV2",
    (
        PresetRow(
            CONVOLUTIONS,
            ("kernel",),
            Init("he_truncated_normal", mode="fan_out"),
            "applications.efficientnet: CONV_KERNEL_INITIALIZER",
        ),
        PresetRow(
            ("dense",),
            ("kernel",),
            Init("lecun_uniform", scale=1 / 3, mode="fan_out"),
            "applications.efficientnet: DENSE_KERNEL_INITIALIZER",
        ),
    ),
)
