"""Llama with grouped queries (Touvron et al. 2023)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {tokens: 7}
defaults: {init: {scheme: normal, std: 0.02}, use_bias: false}
layers:
  - {name: model.embed_tokens, type: embedding, count: 300, dim: 32}
  - type: repeat
    times: 2
    name: "model.layers.{i}"
    layers:
      - type: residual
        layers:
          - {name: input_layernorm, type: rms_norm, epsilon: 1.0e-6}
          - name: self_attn
            type: multi_head_attention
            heads: 4
            kv_heads: 2
            names: {query: q_proj, key: k_proj, value: v_proj, output: o_proj}
      - type: residual
        layers:
          - {name: post_attention_layernorm, type: rms_norm, epsilon: 1.0e-6}
          - {name: mlp, type: gated_mlp, units: 88, names: {gate: gate_proj, up: up_proj, down: down_proj}}
  - {name: model.norm, type: rms_norm, epsilon: 1.0e-6}
  - {name: lm_head, type: dense, units: 300}
"""


def build(transformers: Any) -> Any:
    """Return a small Llama."""
    config = transformers.LlamaConfig(
        vocab_size=300,
        hidden_size=32,
        intermediate_size=88,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    return transformers.LlamaForCausalLM(config)


MODEL = RealModel(
    SPEC, build, package="transformers", differs="positions are turned, and later ones are masked"
)
