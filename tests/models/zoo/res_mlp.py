"""ResMLP: affine maps instead of norms, a matrix over the patches, layer scales (Touvron et al. 2021)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 12, 20]
vars: {d: 24, patches: 15}
defaults: {preset: torch}
layers:
  - {name: patch_embed.proj, type: conv2d, filters: "${d}", kernel_size: 4, strides: 4}
  - {type: reshape, shape: ["${d}", "${patches}"]}
  - {type: permute, axes: [1, 0]}
  - type: repeat
    times: 2
    name: blocks.{i}
    layers:
      - type: residual
        layers:
          - {name: norm1.alpha, type: scale}
          - {name: norm1.beta, type: shift}
          - {type: permute, axes: [1, 0]}
          - {name: attn, type: dense, units: "${patches}"}
          - {type: permute, axes: [1, 0]}
          - {name: gamma_1, type: scale, init: {scheme: layer_scale, value: 0.1}}
      - type: residual
        layers:
          - {name: norm2.alpha, type: scale}
          - {name: norm2.beta, type: shift}
          - {name: mlp.fc1, type: dense, units: "${4 * d}", activation: gelu}
          - {name: mlp.fc2, type: dense, units: "${d}"}
          - {name: gamma_2, type: scale, init: {scheme: layer_scale, value: 0.1}}
  - {name: norm.alpha, type: scale}
  - {name: norm.beta, type: shift}
  - {type: mean, axis: 0}
  - {name: head, type: dense, units: 7}
"""


def build(torch: Any) -> Any:
    """Return the network of the paper at a small size."""
    nn = torch.nn
    functional = nn.functional

    class Affine(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.alpha, self.beta = nn.Parameter(torch.ones(24)), nn.Parameter(torch.zeros(24))

        def forward(self, x: Any) -> Any:
            return self.alpha * x + self.beta

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.norm2, self.attn = Affine(), Affine(), nn.Linear(15, 15)
            self.mlp = nn.ModuleDict({"fc1": nn.Linear(24, 96), "fc2": nn.Linear(96, 24)})
            self.gamma_1, self.gamma_2 = (nn.Parameter(torch.full((24,), 0.1)) for _ in range(2))

        def forward(self, x: Any) -> Any:
            x = x + self.gamma_1 * self.attn(self.norm1(x).transpose(1, 2)).transpose(1, 2)
            return x + self.gamma_2 * self.mlp["fc2"](functional.gelu(self.mlp["fc1"](self.norm2(x))))

    return nn.ModuleDict(
        {
            "patch_embed": nn.ModuleDict({"proj": nn.Conv2d(3, 24, 4, 4)}),
            "blocks": nn.Sequential(Block(), Block()),
            "norm": Affine(),
            "head": nn.Linear(24, 7),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return the scores of each class."""
    x = model["patch_embed"]["proj"](image).flatten(2).transpose(1, 2)
    return model["head"](model["norm"](model["blocks"](x)).mean(1))


MODEL = RealModel(SPEC, build, call)
