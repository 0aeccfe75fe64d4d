"""The encoder of a variational autoencoder, with two outputs (Kingma & Welling 2014)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [1, 12, 12]
defaults: {preset: torch}
layers:
  - {name: conv, type: conv2d, filters: 8, kernel_size: 3, strides: 2, activation: relu}
  - {name: flat, type: flatten}
  - {name: hidden, type: dense, units: 30, activation: softplus}
  - {name: mean, type: dense, units: 6, from: hidden}
  - {name: log_variance, type: dense, units: 6, from: hidden}
outputs: {mean: mean, log_variance: log_variance}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    return nn.ModuleDict(
        {
            "conv": nn.Conv2d(1, 8, 3, 2),
            "hidden": nn.Linear(200, 30),
            "mean": nn.Linear(30, 6),
            "log_variance": nn.Linear(30, 6),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return mean and log-variance."""
    import torch

    hidden = torch.nn.functional.softplus(model["hidden"](model["conv"](image).relu().flatten(1)))
    return model["mean"](hidden), model["log_variance"](hidden)


MODEL = RealModel(SPEC, build, call)
