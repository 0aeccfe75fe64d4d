"""GoogLeNet with batch norms, without its auxiliary heads (Szegedy et al. 2015)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 64, 64]
defaults: {preset: torch, use_bias: false}
layers:
  - {name: conv1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 7, strides: 2, padding: 3}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
  - {type: max_pool2d, pool_size: 3, strides: 2, padding: same}
  - {name: conv2, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
  - {name: conv3, type: group, layers: [{name: conv, type: conv2d, filters: 192, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
  - {type: max_pool2d, pool_size: 3, strides: 2, padding: same}
  - type: group
    name: inception3a
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 96, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 16, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception3b
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 192, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 96, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - {type: max_pool2d, pool_size: 3, strides: 2, padding: same}
  - type: group
    name: inception4a
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 192, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 96, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 208, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 16, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 48, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception4b
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 160, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 112, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 224, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 24, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception4c
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 256, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 24, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception4d
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 112, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 144, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 288, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 64, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception4e
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 256, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 160, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 320, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - {type: max_pool2d, pool_size: 2, strides: 2, padding: same}
  - type: group
    name: inception5a
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 256, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 160, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 320, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 32, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - type: group
    name: inception5b
    layers:
      - {name: branch1, type: group, layers: [{name: conv, type: conv2d, filters: 384, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 192, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch2.1, type: group, layers: [{name: conv, type: conv2d, filters: 384, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.0, type: group, from: input, layers: [{name: conv, type: conv2d, filters: 48, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: branch3.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 3, padding: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {name: pooled, type: max_pool2d, pool_size: 3, strides: 1, padding: 1, from: input}
      - {name: branch4.1, type: group, layers: [{name: conv, type: conv2d, filters: 128, kernel_size: 1}, {name: bn, type: batch_norm, epsilon: 0.001, activation: relu}]}
      - {type: concat, from: [branch1, branch2.1, branch3.1, branch4.1]}
  - {type: global_avg_pool2d}
  - {type: dropout, rate: 0.2}
  - {name: fc, type: dense, units: 1000, use_bias: true}
"""


def build(torchvision: Any) -> Any:
    """Return torchvision's class."""
    return torchvision.models.googlenet(weights=None, aux_logits=False, init_weights=False)


MODEL = RealModel(SPEC, build, package="torchvision", slow=True)
