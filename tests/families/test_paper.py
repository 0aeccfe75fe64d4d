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

MOE = {
    "hidden_size": 96,
    "intermediate_size": 160,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 100,
}
LATENT = {
    **MOE,
    "num_key_value_heads": 4,
    "n_routed_experts": 8,
    "moe_intermediate_size": 40,
    "first_k_dense_replace": 1,
}
MAMBA = {"hidden_size": 96, "num_hidden_layers": 2, "state_size": 4, "vocab_size": 100}
HEADS = {**MAMBA, "hidden_size": 512, "num_heads": 1024, "head_dim": 1, "n_groups": 1}

ROWS = [
    # Muennighoff et al. 2024: 0.02, cut at 3 standard deviations, which leaves a variance of 1 - 6 phi(3) / 0.9973002.
    ("olmoe", "OlmoeForCausalLM", MOE, "model.layers.1.mlp.experts.7.up_proj.weight", 0.0197316, 0.02),
    # DeepSeek-AI 2024, section 4.2.
    (
        "deepseek_v3",
        "DeepseekV3ForCausalLM",
        LATENT,
        "model.layers.1.mlp.experts.7.up_proj.weight",
        0.006,
        0.02,
    ),
    # Gu & Dao 2023, the authors' code: within 1/sqrt(96), and for the 192 inner features also by the root of 2 layers.
    ("mamba", "MambaModel", MAMBA, "layers.0.mixer.in_proj.weight", 0.0589256, 0.1),
    ("mamba", "MambaModel", MAMBA, "layers.0.mixer.x_proj.weight", 0.0416667, 0.1),
    ("mamba", "MambaModel", MAMBA, "layers.0.mixer.out_proj.weight", 0.0294628, 0.0416667),
    ("mamba", "MambaModel", MAMBA, "layers.0.mixer.conv1d.bias", 0.2886751, 0),
    ("mamba", "MambaModel", MAMBA, "embeddings.weight", 0.02, 0.1),
    # Dao & Gu 2024, the authors' code: with u even from 1 to 16, E log^2 u = (16 (L^2 - 2 L + 2) - 2) / 15, L = log 16.
    ("mamba2", "Mamba2Model", HEADS, "layers.0.mixer.A_log", 2.0699941, 6.0169643),
    ("mamba2", "Mamba2Model", HEADS, "layers.0.mixer.in_proj.weight", 0.0255155, 0.1),
    ("mamba2", "Mamba2Model", HEADS, "layers.0.mixer.out_proj.weight", 0.0127578, 0.0180422),
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
