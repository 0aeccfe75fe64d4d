"""A U-Net of two levels, with batch norms (Ronneberger, Fischer & Brox 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 24, 32]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: down1.0, type: conv2d, filters: 12, kernel_size: 3, padding: 1}
  - {name: down1.1, type: batch_norm, activation: relu}
  - {name: pool1, type: max_pool2d, pool_size: 2}
  - {name: down2.0, type: conv2d, filters: 24, kernel_size: 3, padding: 1}
  - {name: down2.1, type: batch_norm, activation: relu}
  - {name: pool2, type: max_pool2d, pool_size: 2}
  - {name: middle.0, type: conv2d, filters: 48, kernel_size: 3, padding: 1}
  - {name: middle.1, type: batch_norm, activation: relu}
  - {name: up2, type: conv2d_transpose, filters: 24, kernel_size: 2, strides: 2, padding: 0, use_bias: true}
  - {type: concat, from: [down2.1, up2]}
  - {name: join2.0, type: conv2d, filters: 24, kernel_size: 3, padding: 1}
  - {name: join2.1, type: batch_norm, activation: relu}
  - {name: up1, type: conv2d_transpose, filters: 12, kernel_size: 2, strides: 2, padding: 0, use_bias: true}
  - {type: concat, from: [down1.1, up1]}
  - {name: join1.0, type: conv2d, filters: 12, kernel_size: 3, padding: 1}
  - {name: join1.1, type: batch_norm, activation: relu}
  - {name: head, type: conv2d, filters: 5, kernel_size: 1, use_bias: true}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn

    def block(channels: int, filters: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(channels, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()
        )

    return nn.ModuleDict(
        {
            "down1": block(3, 12),
            "down2": block(12, 24),
            "middle": block(24, 48),
            "up2": nn.ConvTranspose2d(48, 24, 2, 2),
            "join2": block(48, 24),
            "up1": nn.ConvTranspose2d(24, 12, 2, 2),
            "join1": block(24, 12),
            "head": nn.Conv2d(12, 5, 1),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return the scores of each class at each pixel."""
    import torch

    pool = torch.nn.functional.max_pool2d
    first = model["down1"](image)
    second = model["down2"](pool(first, 2))
    up = model["up2"](model["middle"](pool(second, 2)))
    up = model["up1"](model["join2"](torch.cat([second, up], 1)))
    return model["head"](model["join1"](torch.cat([first, up], 1)))


MODEL = RealModel(SPEC, build, call)
