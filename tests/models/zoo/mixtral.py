"""The sparse block of Mixtral, with the stacked kernels that transformers holds in memory (Jiang et al. 2024)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
defaults: {init: {scheme: normal, std: 0.02}}
layers:
  - name: mlp
    type: experts
    count: 5
    per_token: 2
    units: 40
    use_bias: false
    stacked: true
    fused: true
    names: {router: gate, gate_up: experts.gate_up_proj, down: experts.down_proj}
"""


def build(transformers: Any) -> Any:
    """Return the block of a small Mixtral, drawn as the whole model draws it."""
    config = transformers.MixtralConfig(
        vocab_size=30,
        hidden_size=24,
        intermediate_size=40,
        num_local_experts=5,
        num_experts_per_tok=2,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
    )
    return only(transformers.MixtralForCausalLM(config).model.layers[0], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the block."""
    out = model["mlp"](x)
    return out[0] if isinstance(out, tuple) else out


MODEL = RealModel(SPEC, build, call, "transformers")
