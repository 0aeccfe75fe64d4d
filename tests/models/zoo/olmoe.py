"""The routed experts of OLMoE, whose scores do not add up to 1 (Muennighoff et al. 2024)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
defaults: {init: {scheme: normal, std: 0.02}}
layers:
  - name: mlp
    type: experts
    count: 7
    per_token: 3
    units: 40
    use_bias: false
    normalize: false
    stacked: true
    fused: true
    names: {router: gate, gate_up: experts.gate_up_proj, down: experts.down_proj}
"""


def build(transformers: Any) -> Any:
    """Return the block of a small OLMoE, drawn as the whole model draws it."""
    config = transformers.OlmoeConfig(
        vocab_size=30,
        hidden_size=24,
        intermediate_size=40,
        num_experts=7,
        num_experts_per_tok=3,
        norm_topk_prob=False,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        pad_token_id=0,
    )
    return only(transformers.OlmoeForCausalLM(config).model.layers[0], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the block."""
    out = model["mlp"](x)
    return out[0] if isinstance(out, tuple) else out


MODEL = RealModel(SPEC, build, call, "transformers")
