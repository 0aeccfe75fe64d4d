"""The experts of gpt-oss: inputs first, gate and up alternating, biases everywhere (OpenAI 2025)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
defaults: {init: {scheme: normal, std: 0.02}, bias_init: zeros}
layers:
  - name: mlp
    type: experts
    count: 6
    per_token: 2
    units: 40
    activation: quick_gelu
    limit: 7
    up_shift: 1
    stacked: true
    fused: true
    interleaved: true
    stored: in_out
    router_bias: true
    names: {gate_up: experts.gate_up_proj, down: experts.down_proj}
rules:
  - {match: mlp.router/bias, init: {scheme: normal, std: 0.02}}
"""


def build(transformers: Any) -> Any:
    """Return the block of a small gpt-oss, drawn as the whole model draws it."""
    config = transformers.GptOssConfig(
        vocab_size=30,
        hidden_size=24,
        intermediate_size=40,
        num_local_experts=6,
        num_experts_per_tok=2,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=12,
        pad_token_id=0,
    )
    return only(transformers.GptOssForCausalLM(config).model.layers[0], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the block."""
    out = model["mlp"](x)
    return out[0] if isinstance(out, tuple) else out


MODEL = RealModel(SPEC, build, call, "transformers")
