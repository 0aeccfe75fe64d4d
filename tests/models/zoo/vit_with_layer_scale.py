"""A small vision transformer with layer scales, under timm's names (Touvron et al. 2021, CaiT)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 24, 32]
vars: {d: 48, heads: 3}
defaults: {preset: torch}
rules:   # attention of nn.Linear
  - {match: "*.attn.*/kernel", init: {scheme: variance_scaling, scale: "${1 / 3}", distribution: uniform}}
  - {match: "*.attn.*/bias", init: {scheme: variance_scaling, scale: "${1 / 3}", distribution: uniform}}
layers:
  - {name: patch_embed.proj, type: conv2d, filters: "${d}", kernel_size: 8, strides: 8}
  - {type: reshape, shape: ["${d}", 12]}
  - {type: permute, axes: [1, 0]}
  - {name: cls_token, type: token, init: {scheme: normal, std: 0.02}}
  - {name: pos_embed, type: positional_embedding, count: 13, dim: "${d}", bare: true, shape: [1, 13, "${d}"], init: {scheme: normal, std: 0.02}}
  - type: repeat
    times: 2
    name: "blocks.{i}"
    layers:
      - type: residual
        layers:
          - {name: norm1, type: layer_norm, epsilon: 1.0e-6}
          - {name: attn, type: multi_head_attention, heads: "${heads}", fused: true, names: {output: proj}}
          - {name: ls1.gamma, type: scale, init: {scheme: constant, value: 0.1}}
      - type: residual
        layers:
          - {name: norm2, type: layer_norm, epsilon: 1.0e-6}
          - {name: mlp.fc1, type: dense, units: "${4 * d}", activation: gelu}
          - {name: mlp.fc2, type: dense, units: "${d}"}
          - {name: ls2.gamma, type: scale, init: {scheme: constant, value: 0.1}}
  - {name: norm, type: layer_norm, epsilon: 1.0e-6}
  - {type: select, index: 0}
  - {name: head, type: dense, units: 10}
"""


def build(torch: Any) -> Any:
    """Return the modules by timm's names."""
    nn = torch.nn

    class LayerScale(nn.Module):
        """One factor for each feature."""

        def __init__(self) -> None:
            super().__init__()
            self.gamma = nn.Parameter(torch.full((48,), 0.1))

        def forward(self, x: Any) -> Any:
            """Return the input times the factors."""
            return x * self.gamma

    def block() -> Any:
        return nn.ModuleDict(
            {
                "norm1": nn.LayerNorm(48, eps=1e-6),
                "attn": nn.ModuleDict({"qkv": nn.Linear(48, 144), "proj": nn.Linear(48, 48)}),
                "ls1": LayerScale(),
                "norm2": nn.LayerNorm(48, eps=1e-6),
                "mlp": nn.ModuleDict({"fc1": nn.Linear(48, 192), "fc2": nn.Linear(192, 48)}),
                "ls2": LayerScale(),
            }
        )

    model = nn.ModuleDict(
        {
            "patch_embed": nn.ModuleDict({"proj": nn.Conv2d(3, 48, 8, stride=8)}),
            "blocks": nn.ModuleList([block(), block()]),
            "norm": nn.LayerNorm(48, eps=1e-6),
            "head": nn.Linear(48, 10),
        }
    )
    model.cls_token = nn.Parameter(torch.randn(1, 1, 48) * 0.02)
    model.pos_embed = nn.Parameter(torch.randn(1, 13, 48) * 0.02)
    return model


def call(model: Any, image: Any) -> Any:
    """Return the scores of the class token."""
    import torch

    functional = torch.nn.functional
    x = model["patch_embed"]["proj"](image).flatten(2).transpose(1, 2)
    x = torch.cat([model.cls_token.expand(len(x), -1, -1), x], 1) + model.pos_embed
    for block in model["blocks"]:
        qkv = block["attn"]["qkv"](block["norm1"](x)).unflatten(-1, (3, 3, 16))
        found = functional.scaled_dot_product_attention(*(part.transpose(1, 2) for part in qkv.unbind(2)))
        x = x + block["ls1"](block["attn"]["proj"](found.transpose(1, 2).flatten(2)))
        inside = functional.gelu(block["mlp"]["fc1"](block["norm2"](x)))
        x = x + block["ls2"](block["mlp"]["fc2"](inside))
    return model["head"](model["norm"](x)[:, 0])


MODEL = RealModel(SPEC, build, call)
