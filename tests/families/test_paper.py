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

NEOX = {
    "vocab_size": 100,
    "hidden_size": 96,
    "intermediate_size": 160,
    "num_hidden_layers": 5,
    "num_attention_heads": 4,
}
OPT = {"vocab_size": 100, "hidden_size": 96, "ffn_dim": 160, "num_hidden_layers": 3, "num_attention_heads": 4}
IMAGE_GPT = {"vocab_size": 100, "n_positions": 64, "n_embd": 96, "n_inner": 160, "n_layer": 3, "n_head": 4}

ROWS = [
    # Black et al. 2022, section 2.1.3: 2 / (5 sqrt(96)) and sqrt(2 / (5 * 96)).
    ("gpt_neox", "GPTNeoXModel", NEOX, "layers.4.mlp.dense_4h_to_h.weight", 0.0408248, 0.02),
    ("gpt_neox", "GPTNeoXModel", NEOX, "layers.4.attention.dense.weight", 0.0645497, 0.02),
    ("gpt_neox", "GPTNeoXModel", NEOX, "embed_in.weight", 0.0645497, 0.02),
    # Zhang et al. 2022, section 2.2: 0.006, and 0.006 / sqrt(2 * 3).
    ("opt", "OPTModel", OPT, "decoder.layers.2.self_attn.q_proj.weight", 0.006, 0.02),
    ("opt", "OPTModel", OPT, "decoder.layers.2.self_attn.out_proj.weight", 0.00244949, 0.02),
    ("opt", "OPTModel", OPT, "decoder.layers.0.fc2.weight", 0.00244949, 0.02),
    # Chen et al. 2020, section 3.3, and Child et al. 2019, sections 5.2 and 6: 0.125 / sqrt(96), and divided by
    # sqrt(2 * 3); 0.125 / sqrt(160 * 2 * 3); zeros.
    ("imagegpt", "ImageGPTModel", IMAGE_GPT, "h.1.mlp.c_fc.weight", 0.0127578, 0.02),
    ("imagegpt", "ImageGPTModel", IMAGE_GPT, "h.1.attn.c_proj.weight", 0.00520833, 0.00816497),
    ("imagegpt", "ImageGPTModel", IMAGE_GPT, "h.1.mlp.c_proj.weight", 0.00403436, 0.00816497),
    ("imagegpt", "ImageGPTForCausalImageModeling", IMAGE_GPT, "lm_head.weight", 0, 0.02),
    ("imagegpt", "ImageGPTForImageClassification", {**IMAGE_GPT, "num_labels": 50}, "score.weight", 0, 0.02),
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
