"""The sparse layer of a Switch Transformer: one plain expert for each position (Fedus, Zoph & Shazeer 2022)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [6, 24]
layers:
  - name: mlp
    type: experts
    count: 6
    per_token: 1
    units: 40
    gated: false
    activation: relu
    normalize: false
    use_bias: false
    names: {router: router.classifier, up: "experts.expert_{e}.wi", down: "experts.expert_{e}.wo"}
rules:
  - {match: mlp.router/kernel, init: {scheme: normal, std: 1.0}}
  - {match: "mlp.experts.*/kernel", init: {scheme: normal, std: "${1 / sqrt(24)}"}}
"""


def build(transformers: Any) -> Any:
    """Return the sparse layer of a small encoder, drawn as the whole model draws it."""
    config = transformers.SwitchTransformersConfig(
        vocab_size=30,
        d_model=24,
        d_ff=40,
        d_kv=8,
        num_heads=2,
        num_layers=2,
        num_sparse_encoder_layers=1,
        num_experts=6,
        expert_capacity=1000,
        router_jitter_noise=0.0,
    )
    encoder = transformers.SwitchTransformersEncoderModel(config).encoder
    return only(encoder.block[1].layer[1], "mlp")


def call(model: Any, x: Any) -> Any:
    """Return the output of the layer."""
    out = model["mlp"](x)
    return out[0] if isinstance(out, tuple) else out


MODEL = RealModel(SPEC, build, call, "transformers")
