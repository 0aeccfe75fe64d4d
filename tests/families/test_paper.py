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
IMAGES = {"hidden_size": 96, "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 4}
TOWERS = {"text_config": {**IMAGES, "vocab_size": 100}, "vision_config": IMAGES}
STAGES = {"embedding_size": 32, "hidden_sizes": [64, 96], "depths": [1, 1], "num_labels": 200}
PADDING = {**MOE, "vocab_size": 1, "embedding_size": 960, "hidden_size": 960}

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
    # Devlin et al. 2019, Lan et al. 2020 and Clark et al. 2020, the authors' code: 0.02, cut at 2 standard deviations, which
    # leaves sqrt(1 - 4 phi(2) / 0.9544997) = 0.8796257 of it. A table of one row has that of padding alone.
    ("bert", "BertModel", MOE, "encoder.layer.1.intermediate.dense.weight", 0.0175925, 0.02),
    ("bert", "BertModel", PADDING, "embeddings.word_embeddings.weight", 0.0175925, 0),
    (
        "albert",
        "AlbertModel",
        {**MOE, "embedding_size": 48},
        "encoder.albert_layer_groups.0.albert_layers.0.ffn.weight",
        0.0175925,
        0.02,
    ),
    ("albert", "AlbertModel", PADDING, "embeddings.word_embeddings.weight", 0.0175925, 0),
    ("electra", "ElectraModel", MOE, "encoder.layer.1.intermediate.dense.weight", 0.0175925, 0.02),
    ("electra", "ElectraModel", PADDING, "embeddings.word_embeddings.weight", 0.0175925, 0),
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
