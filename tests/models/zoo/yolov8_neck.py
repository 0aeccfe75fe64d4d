"""YOLOv8's blocks: C2f over the halves of a split, SPPF over poolings of poolings, and a join after upsampling."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 32, 48]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: model.0.conv, type: conv2d, filters: 12, kernel_size: 3, strides: 2, padding: 1}
  - {name: model.0.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
  - {name: model.1.conv, type: conv2d, filters: 24, kernel_size: 3, strides: 2, padding: 1}
  - {name: model.1.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
  - type: group
    name: model.2
    layers:
      - {name: cv1.conv, type: conv2d, filters: 20, kernel_size: 1}
      - {name: cv1.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
      - {name: halves, type: split, parts: 2}
      - {name: m.0, type: residual, from: halves.1, layers: &bottleneck [
          {name: cv1.conv, type: conv2d, filters: 10, kernel_size: 3, padding: 1},
          {name: cv1.bn, type: batch_norm, epsilon: 1e-3, activation: silu},
          {name: cv2.conv, type: conv2d, filters: 10, kernel_size: 3, padding: 1},
          {name: cv2.bn, type: batch_norm, epsilon: 1e-3, activation: silu}]}
      - {name: m.1, type: residual, layers: *bottleneck}
      - {name: all, type: concat, from: [halves.0, halves.1, m.0, m.1]}
      - {name: cv2.conv, type: conv2d, filters: 24, kernel_size: 1}
      - {name: cv2.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
  - {name: model.3.conv, type: conv2d, filters: 32, kernel_size: 3, strides: 2, padding: 1}
  - {name: model.3.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
  - type: group
    name: model.4
    layers:
      - {name: cv1.conv, type: conv2d, filters: 16, kernel_size: 1}
      - {name: cv1.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
      - {name: once, type: max_pool2d, pool_size: 5, strides: 1, padding: 2}
      - {name: twice, type: max_pool2d, pool_size: 5, strides: 1, padding: 2}
      - {name: thrice, type: max_pool2d, pool_size: 5, strides: 1, padding: 2}
      - {name: all, type: concat, from: [cv1.bn, once, twice, thrice]}
      - {name: cv2.conv, type: conv2d, filters: 32, kernel_size: 1}
      - {name: cv2.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
  - {name: up, type: upsample2d, scale: 2}
  - {name: joined, type: concat, from: [up, model.2]}
  - {name: model.7.conv, type: conv2d, filters: 14, kernel_size: 3, padding: 1}
  - {name: model.7.bn, type: batch_norm, epsilon: 1e-3, activation: silu}
"""


def build(torch: Any) -> Any:
    """Return the modules by the names of YOLOv8's own."""
    nn = torch.nn

    def conv(inputs: int, filters: int, size: int, stride: int = 1) -> Any:
        return nn.ModuleDict(
            {
                "conv": nn.Conv2d(inputs, filters, size, stride, size // 2, bias=False),
                "bn": nn.BatchNorm2d(filters, eps=1e-3),
            }
        )

    bottlenecks = [nn.ModuleDict({"cv1": conv(10, 10, 3), "cv2": conv(10, 10, 3)}) for _ in range(2)]
    c2f = {"cv1": conv(24, 20, 1), "cv2": conv(40, 24, 1), "m": nn.ModuleList(bottlenecks)}
    sppf = {"cv1": conv(32, 16, 1), "cv2": conv(64, 32, 1)}
    layers = {
        "0": conv(3, 12, 3, 2),
        "1": conv(12, 24, 3, 2),
        "2": nn.ModuleDict(c2f),
        "3": conv(24, 32, 3, 2),
        "4": nn.ModuleDict(sppf),
        "7": conv(56, 14, 3),
    }
    return nn.ModuleDict({"model": nn.ModuleDict(layers)})


def call(model: Any, image: Any) -> Any:
    """Return the map of the larger of two scales."""
    import torch

    layers, functional = model["model"], torch.nn.functional

    def conv(parts: Any, x: Any) -> Any:
        return functional.silu(parts["bn"](parts["conv"](x)))

    halves = list(conv(layers["2"]["cv1"], conv(layers["1"], conv(layers["0"], image))).chunk(2, 1))
    for block in layers["2"]["m"]:
        halves.append(halves[-1] + conv(block["cv2"], conv(block["cv1"], halves[-1])))
    large = conv(layers["2"]["cv2"], torch.cat(halves, 1))
    pooled = [conv(layers["4"]["cv1"], conv(layers["3"], large))]
    for _ in range(3):
        pooled.append(functional.max_pool2d(pooled[-1], 5, 1, 2))
    small = conv(layers["4"]["cv2"], torch.cat(pooled, 1))
    return conv(layers["7"], torch.cat([functional.interpolate(small, scale_factor=2), large], 1))


MODEL = RealModel(SPEC, build, call)
