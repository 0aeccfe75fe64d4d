"""Qwen2: biases of query, key and value alone, shared keys, rotary positions, a tied head (Yang et al. 2024)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: {tokens: 11}
vars: {d: 32}
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros, use_bias: false}
layers:
  - {name: model.embed_tokens, type: embedding, count: 300, dim: "${d}"}
  - type: repeat
    times: 2
    name: model.layers.{i}
    layers:
      - type: residual
        layers:
          - {name: input_layernorm, type: rms_norm, epsilon: 1e-6}
          - name: self_attn
            type: multi_head_attention
            heads: 4
            kv_heads: 2
            use_bias: [query, key, value]
            causal: true
            rotary: 1000000
            names: {query: q_proj, key: k_proj, value: v_proj, output: o_proj}
      - type: residual
        layers:
          - {name: post_attention_layernorm, type: rms_norm, epsilon: 1e-6}
          - {name: mlp, type: gated_mlp, units: 48, names: {gate: gate_proj, up: up_proj, down: down_proj}}
  - {name: model.norm, type: rms_norm, epsilon: 1e-6}
  - {name: lm_head, type: dense, units: 300, tied_to: model.embed_tokens}
"""


def build(transformers: Any) -> Any:
    """Return a small Qwen2 with its head."""
    config = transformers.Qwen2Config(
        vocab_size=300,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
    )
    return transformers.Qwen2ForCausalLM(config)


def call(model: Any, tokens: Any) -> Any:
    """Return the logits."""
    return model(tokens).logits


MODEL = RealModel(SPEC, build, call, "transformers")
