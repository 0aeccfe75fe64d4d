"""The experts of DeepSeek-V3, with shared ones beside them (DeepSeek-AI 2024)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
defaults: {init: {scheme: normal, std: 0.02}, use_bias: false}
layers:
  - name: mlp
    from: input
    type: experts
    count: 8
    per_token: 3
    units: 40
    routing: sigmoid
    normalize: true
    routed_scale: 2.5
    selection_bias: true
    router_dtype: float32
    stacked: true
    fused: true
    names:
      router: gate
      selection_bias: gate.e_score_correction_bias
      gate_up: experts.gate_up_proj
      down: experts.down_proj
  - name: mlp.shared_experts
    from: input
    type: gated_mlp
    units: 40
    names: {gate: gate_proj, up: up_proj, down: down_proj}
  - {name: sum, type: add, from: [mlp, mlp.shared_experts]}
"""


def build(transformers: Any) -> Any:
    """Return the block of a small DeepSeek-V3 with a single group of experts."""
    config = transformers.DeepseekV3Config(
        vocab_size=30,
        hidden_size=24,
        intermediate_size=40,
        moe_intermediate_size=40,
        n_routed_experts=8,
        num_experts_per_tok=3,
        n_group=1,
        topk_group=1,
        n_shared_experts=1,
        routed_scaling_factor=2.5,
        first_k_dense_replace=0,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        q_lora_rank=8,
        kv_lora_rank=8,
        qk_rope_head_dim=4,
        qk_nope_head_dim=4,
        v_head_dim=8,
    )
    return only(transformers.DeepseekV3ForCausalLM(config).model.layers[0], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the block."""
    return model["mlp"](x)


MODEL = RealModel(SPEC, build, call, "transformers")
