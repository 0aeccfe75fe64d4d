"""MNASNet at half the width: depthwise convolutions in inverted bottlenecks (Tan et al. 2019)."""

from typing import Any

from tests.models.real_model import RealModel, only

SPEC = """
input: [3, 64, 64]
defaults: {preset: torch, quirks: torch, use_bias: false}
layers:
  - {name: layers.0, type: conv2d, filters: 16, kernel_size: 3, strides: 2, padding: 1}
  - {name: layers.1, type: batch_norm, activation: relu}
  - {name: layers.3, type: conv2d, filters: 16, kernel_size: 3, padding: 1, groups: 16}
  - {name: layers.4, type: batch_norm, activation: relu}
  - {name: layers.6, type: conv2d, filters: 8, kernel_size: 1}
  - {name: layers.7, type: batch_norm}
  - name: layers.8.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 24, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 24, kernel_size: 3, padding: 1, strides: 2, groups: 24}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 16, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.8.1
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 48, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 48, kernel_size: 3, padding: 1, strides: 1, groups: 48}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 16, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.8.2
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 48, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 48, kernel_size: 3, padding: 1, strides: 1, groups: 48}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 16, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.9.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 48, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 48, kernel_size: 5, padding: 2, strides: 2, groups: 48}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 24, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.9.1
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 72, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 72, kernel_size: 5, padding: 2, strides: 1, groups: 72}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 24, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.9.2
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 72, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 72, kernel_size: 5, padding: 2, strides: 1, groups: 72}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 24, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.10.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 144, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 144, kernel_size: 5, padding: 2, strides: 2, groups: 144}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 40, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.10.1
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 240, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 240, kernel_size: 5, padding: 2, strides: 1, groups: 240}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 40, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.10.2
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 240, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 240, kernel_size: 5, padding: 2, strides: 1, groups: 240}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 40, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.11.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 240, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 240, kernel_size: 3, padding: 1, strides: 1, groups: 240}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 48, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.11.1
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 288, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 288, kernel_size: 3, padding: 1, strides: 1, groups: 288}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 48, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.12.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 288, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 288, kernel_size: 5, padding: 2, strides: 2, groups: 288}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 96, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.12.1
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 576, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 576, kernel_size: 5, padding: 2, strides: 1, groups: 576}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 96, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.12.2
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 576, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 576, kernel_size: 5, padding: 2, strides: 1, groups: 576}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 96, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.12.3
    type: residual
    layers:
      - {name: layers.0, type: conv2d, filters: 576, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 576, kernel_size: 5, padding: 2, strides: 1, groups: 576}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 96, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - name: layers.13.0
    type: group
    layers:
      - {name: layers.0, type: conv2d, filters: 576, kernel_size: 1}
      - {name: layers.1, type: batch_norm, activation: relu}
      - {name: layers.3, type: conv2d, filters: 576, kernel_size: 3, padding: 1, strides: 1, groups: 576}
      - {name: layers.4, type: batch_norm, activation: relu}
      - {name: layers.6, type: conv2d, filters: 160, kernel_size: 1}
      - {name: layers.7, type: batch_norm}
  - {name: layers.14, type: conv2d, filters: 1280, kernel_size: 1}
  - {name: layers.15, type: batch_norm, activation: relu}
  - {type: global_avg_pool2d}
  - {type: dropout, rate: 0.2}
  - {name: classifier.1, type: dense, units: 1000, use_bias: true, init: {scheme: variance_scaling, scale: 1, mode: fan_out, distribution: uniform}, bias_init: zeros}
rules:
  - {match: "*/kernel", type: conv2d, init: {scheme: he_normal, mode: fan_out}}
"""


def build(torchvision: Any) -> Any:
    """Return the layers of torchvision's class, which itself takes no state without a version."""
    return only(torchvision.models.mnasnet0_5(weights=None), "layers", "classifier")


def call(model: Any, image: Any) -> Any:
    """Return the scores of each class."""
    return model["classifier"](model["layers"](image).mean((2, 3)))


MODEL = RealModel(SPEC, build, call, package="torchvision", slow=True)
