"""Hugging Face's EfficientNet: as its other models, but for the scales of the batch norms, which it draws too."""

from __future__ import annotations

from winitgen.catalog.presets.models import transformers
from winitgen.catalog.presets.preset import PresetRow
from winitgen.catalog.presets.rows import TWO_HUNDREDTHS

PRESET = transformers.PRESET.model(
    "transformers-efficientnet",
    "transformers 5.23.0",
    "EfficientNet; initializer_range 0.02",
    (
        PresetRow(
            ("batch_norm",),
            ("gamma",),
            TWO_HUNDREDTHS,
            "models.efficientnet.EfficientNetPreTrainedModel._init_weights: BatchNorm2d too",
        ),
    ),
)
