"""PyTorch's encoder of Transformer layers, norms after the sums (Vaswani et al. 2017)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [8, 32]
defaults: {preset: torch}
layers:
  - type: repeat
    times: 2
    name: "layers.{i}"
    layers:
      - type: residual
        layers:
          - {name: self_attn, type: multi_head_attention, heads: 4, fused: true, names: {qkv: in_proj, output: out_proj}}
      - {name: norm1, type: layer_norm}
      - type: residual
        layers:
          - {name: linear1, type: dense, units: 80, activation: relu}
          - {name: linear2, type: dense, units: 32}
      - {name: norm2, type: layer_norm}
rules:
  - {match: "*.out_proj/bias", init: zeros}
"""


def build(torch: Any) -> Any:
    """Return two layers of PyTorch's own encoder."""
    layer = torch.nn.TransformerEncoderLayer(32, 4, 80, dropout=0.0, batch_first=True)
    return torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


MODEL = RealModel(SPEC, build)
