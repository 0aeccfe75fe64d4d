"""What ``paper`` selects: the initialization that the paper of a family states, where the library's differs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.configs.conversion import convert
from winitgen.numeric.arrays import Array

IMAGES = {"hidden_size": 96, "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 4}
TOWERS = {"text_config": {**IMAGES, "vocab_size": 100}, "vision_config": IMAGES}
STAGES = {"embedding_size": 32, "hidden_sizes": [64, 96], "depths": [1, 1], "num_labels": 200}

ROWS = [
    # Dosovitskiy et al. 2021, section 3.2: a classifier of zeros.
    ("vit", "ViTForImageClassification", {**IMAGES, "num_labels": 50}, "classifier.weight", 0, 0.02),
    # Radford et al. 2021, section 2.5: a temperature of 0.07; log(1 / 0.07) = 2.65926003693.
    ("clip", "CLIPModel", TOWERS, "logit_scale", 2.65926003693, 2.6592),
    # Zhai et al. 2023, section 3.2: log 10 = 2.30258509299, and -10.
    ("siglip", "SiglipModel", TOWERS, "logit_scale", 2.30258509299, 0),
    ("siglip", "SiglipModel", TOWERS, "logit_bias", -10, 0),
    ("siglip2", "Siglip2Model", TOWERS, "logit_scale", 2.30258509299, 0),
    # He et al. 2022, appendix A.1: Xavier uniform, sqrt(2 / (96 + 160)); sines and cosines, whose squares sum to 1.
    ("vit_mae", "ViTMAEModel", IMAGES, "encoder.layer.1.intermediate.dense.weight", 0.0883883, 0.02),
    ("vit_mae", "ViTMAEModel", IMAGES, "embeddings.position_embeddings", 0.7071068, 0),
    # He et al. 2016, section 3.4, and He et al. 2015, equation 10: sqrt(2 / (3 * 49)) and sqrt(2 / 96), no fan_out.
    ("resnet", "ResNetModel", STAGES, "embedder.embedder.convolution.weight", 0.1166424, 0.0357143),
    ("resnet", "ResNetForImageClassification", STAGES, "classifier.1.weight", 0.1443376, 0.0589256),
    ("resnet", "ResNetForImageClassification", STAGES, "classifier.1.bias", 0, 0.0589256),
]


@pytest.mark.parametrize(
    ("name", "cls", "fields", "tensor", "papers", "librarys"),
    ROWS,
    ids=[f"{row[0]} {row[3]}" for row in ROWS],
)
def test_the_papers_rule(
    name: str, cls: str, fields: dict[str, Any], tensor: str, papers: float, librarys: float, tmp_path: Path
) -> None:
    """A tensor varies as the paper states, or has its value; without ``paper`` it is as in the library."""
    content = json.dumps({"model_type": name, "architectures": [cls], **fields}).encode()
    for paper, expected in [(True, papers), (False, librarys)]:
        spec = tmp_path / "model.yaml"
        spec.write_text(convert(content, "config.json", paper=paper).text)
        values = winitgen.generate(spec)[tensor]

        assert measured(values) == pytest.approx(
            expected, rel=4 / math.sqrt(2 * values.size) if np.ptp(values) else 1e-6
        )


def measured(values: Array) -> float:
    """Return the root mean square of values, or the value that all of them have."""
    if np.ptp(values) == 0:
        return float(values.flat[0])
    return math.sqrt(np.mean(np.square(values, dtype=np.float64)))
