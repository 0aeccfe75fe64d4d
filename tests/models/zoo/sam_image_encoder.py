"""The image encoder of Segment Anything: windows, a map of positions, a neck of convolutions (Kirillov et al. 2023)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 24, 32]
vars: {d: 24, windows: [true, false], neck: 10}
defaults: {preset: torch}
rules:
  - {match: "*", type: multi_head_attention, init: {scheme: lecun_uniform, gain: "${1 / sqrt(3)}"}}
layers:
  - {name: patch_embed.proj, type: conv2d, filters: "${d}", kernel_size: 4, strides: 4}
  - {type: permute, axes: [1, 2, 0]}
  - {name: pos_embed, type: shift, axis: [0, 1, 2], shape: [1, 6, 8, "${d}"]}
  - type: repeat
    over: ${windows}
    as: windowed
    name: blocks.{i}
    layers:
      - type: residual
        layers:
          - {name: norm1, type: layer_norm, epsilon: 1e-6}
          - {type: reshape, shape: [48, "${d}"], when: "${not windowed}"}
          - {name: attn, type: multi_head_attention, heads: 4, fused: true, window: [3, 4], names: &names {output: proj}, when: "${windowed}"}
          - {name: attn, type: multi_head_attention, heads: 4, fused: true, names: *names, when: "${not windowed}"}
          - {type: reshape, shape: [6, 8, "${d}"], when: "${not windowed}"}
      - type: residual
        layers:
          - {name: norm2, type: layer_norm, epsilon: 1e-6}
          - {name: mlp.lin1, type: dense, units: "${4 * d}", activation: gelu}
          - {name: mlp.lin2, type: dense, units: "${d}"}
  - {type: permute, axes: [2, 0, 1]}
  - {name: neck.0, type: conv2d, filters: "${neck}", kernel_size: 1, use_bias: false}
  - {type: permute, axes: [1, 2, 0]}
  - {name: neck.1, type: layer_norm, epsilon: 1e-6}
  - {type: permute, axes: [2, 0, 1]}
  - {name: neck.2, type: conv2d, filters: "${neck}", kernel_size: 3, padding: 1, use_bias: false}
  - {type: permute, axes: [1, 2, 0]}
  - {name: neck.3, type: layer_norm, epsilon: 1e-6}
  - {type: permute, axes: [2, 0, 1]}
"""


def build(torch: Any) -> Any:
    """Return the encoder, without relative positions, at sizes that its windows divide."""
    nn = torch.nn
    functional = nn.functional

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self, window: tuple[int, int]) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(24, eps=1e-6), nn.LayerNorm(24, eps=1e-6)
            self.attn = nn.ModuleDict({"qkv": nn.Linear(24, 72), "proj": nn.Linear(24, 24)})
            self.mlp = nn.ModuleDict({"lin1": nn.Linear(24, 96), "lin2": nn.Linear(96, 24)})
            self.window = window

        def forward(self, x: Any) -> Any:
            (n, height, width, d), (h, w) = x.shape, self.window
            cut = self.norm1(x).view(n, height // h, h, width // w, w, d).transpose(2, 3)
            qkv = self.attn["qkv"](cut.reshape(-1, h * w, d)).view(-1, h * w, 3, 4, d // 4)
            found = functional.scaled_dot_product_attention(*qkv.permute(2, 0, 3, 1, 4))
            found = self.attn["proj"](found.transpose(1, 2).flatten(2))
            found = found.view(n, height // h, width // w, h, w, d).transpose(2, 3).reshape(x.shape)
            x = x + found
            return x + self.mlp["lin2"](functional.gelu(self.mlp["lin1"](self.norm2(x))))

    neck = [nn.Conv2d(24, 10, 1, bias=False), nn.LayerNorm(10, eps=1e-6)]
    neck += [nn.Conv2d(10, 10, 3, padding=1, bias=False), nn.LayerNorm(10, eps=1e-6)]
    model = nn.Module()
    model.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, 24, 4, 4)})
    model.pos_embed = nn.Parameter(torch.zeros(1, 6, 8, 24))
    model.blocks = nn.Sequential(Block((3, 4)), Block((6, 8)))
    model.neck = nn.ModuleList(neck)
    return model


def call(model: Any, image: Any) -> Any:
    """Return the map of the neck, whose norms are over the channels of each place."""
    x = model.blocks(model.patch_embed["proj"](image).permute(0, 2, 3, 1) + model.pos_embed)
    x = model.neck[0](x.permute(0, 3, 1, 2))
    x = model.neck[1](x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return model.neck[3](model.neck[2](x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


MODEL = RealModel(SPEC, build, call)
