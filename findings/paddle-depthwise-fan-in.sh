#!/usr/bin/env bash
# paddlepaddle 3.3.1: a grouped convolution is drawn as if each filter saw all channels; a depthwise one starts near 0.
#
# paddle.nn.Conv2D draws its weight from He's normal, with the product of the kernel's sizes and in_channels as fan_in,
# whatever groups is. A filter of a depthwise convolution sees one channel, so with 500 channels its weights are
# sqrt(500) = 22 times too small, and so is its output: 0.06 where a convolution without groups has 1.4. PyTorch, Flax,
# Equinox and MLX count the channels of a group. Paddle's own initializer KaimingNormal, given explicitly, computes fan_in
# from the weight's shape and gets it right. Nobody would guess that the default and the initializer of its name differ.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'paddlepaddle==3.3.1' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import paddle
from paddle import nn

paddle.seed(0)
images = paddle.randn([8, 500, 16, 16])
given = nn.initializer.KaimingNormal()
layers = {
    "without groups": nn.Conv2D(500, 500, 3, bias_attr=False),
    "depthwise": nn.Conv2D(500, 500, 3, groups=500, bias_attr=False),
    "depthwise, KaimingNormal given": nn.Conv2D(500, 500, 3, groups=500, bias_attr=False, weight_attr=given),
}
found = {name: float(layer(images).std()) for name, layer in layers.items()}
weights = {name: float(layer.weight.std()) for name, layer in layers.items()}

assert 1.35 < found["without groups"] < 1.48, found
assert abs(weights["depthwise"] / (2 / 4500) ** 0.5 - 1) < 0.05, f"{weights}: the default changed"
assert abs(weights["depthwise, KaimingNormal given"] / (2 / 9) ** 0.5 - 1) < 0.05, weights
assert found["without groups"] > 20 * found["depthwise"], f"{found}: the default changed"
print("output std for inputs of std 1: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
PYTHON
