"""The experts of Phi-3.5-MoE, whose router mixes by SparseMixer: each of two choices has a weight near 1 (Abdin et al. 2024)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
defaults: {init: {scheme: normal, std: 0.2}, use_bias: false}
layers:
  - name: mlp
    type: experts
    count: 6
    per_token: 2
    units: 40
    routing: sparsemixer
    routing_jitter: 0.2
    normalize: false
    stacked: true
    fused: true
    names: {gate_up: experts.gate_up_proj, down: experts.down_proj}
"""


def build(transformers: Any) -> Any:
    """Return the block of a small Phi-3.5-MoE in use, with which a share of scores are near the best."""
    config = transformers.PhimoeConfig(
        vocab_size=30,
        hidden_size=24,
        intermediate_size=40,
        num_local_experts=6,
        num_experts_per_tok=2,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        router_jitter_noise=0.2,
        initializer_range=0.2,
        pad_token_id=0,
    )
    return only(transformers.PhimoeForCausalLM(config).model.layers[0], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the block, whose choices are random in training."""
    out = model["mlp"].eval()(x)
    return out[0] if isinstance(out, tuple) else out


MODEL = RealModel(SPEC, build, call, "transformers")
