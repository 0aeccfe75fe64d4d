#!/usr/bin/env bash
# transformers 5.23.0: a fresh EfficientNet has batch norms whose scales are drawn from N(0, 0.02^2) instead of being 1.
#
# EfficientNetPreTrainedModel._init_weights first calls the general rule, which sets the scales of norms to 1, and then
# draws the weights of Linear, Conv2d and BatchNorm2d alike from N(0, initializer_range^2). A batch norm then multiplies its
# channels by numbers around 0, of both signs, 50 times smaller than 1, and the signal dies: in training mode the output of
# a B0 has a standard deviation of 4e-31, and of 0.56 with scales of 1. A fresh ResNet of the same library has scales of
# 1. Nobody would guess it from the name initializer_range or from the general rule, and a loaded checkpoint hides it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'transformers==5.23.0' 'numpy==2.4.6'
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PYTHON'
import torch
from transformers import EfficientNetConfig, EfficientNetModel, ResNetConfig, ResNetModel


def scales(model):
    norms = [layer for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
    return torch.cat([norm.weight.detach() for norm in norms])


torch.manual_seed(0)
efficientnet = EfficientNetModel(EfficientNetConfig(width_coefficient=1.0, depth_coefficient=1.0, hidden_dim=1280))
resnet = ResNetModel(ResNetConfig(embedding_size=16, hidden_sizes=[16, 24, 32, 40], depths=[1, 1, 1, 1]))
drawn, ones = scales(efficientnet), scales(resnet)
mean, std = float(drawn.mean()), float(drawn.std())

assert torch.all(ones == 1), "the scales of ResNet are no longer 1"
assert abs(mean) < 0.002, f"the scales of EfficientNet have the mean {mean:.4f}: this changed"
assert 0.018 < std < 0.022, f"the scales of EfficientNet have the standard deviation {std:.4f}: this changed"

images = torch.randn(8, 3, 64, 64)
with torch.no_grad():
    before = float(efficientnet.train()(images).last_hidden_state.std())
    for layer in efficientnet.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.weight.fill_(1)
    after = float(efficientnet(images).last_hidden_state.std())
assert after > 1e10 * before, f"output {before:.3g} as drawn, {after:.3g} with scales of 1"
print(f"{len(drawn)} scales: mean {mean:.4f}, std {std:.4f}; output std {before:.3g}, and {after:.3g} with scales of 1")
PYTHON
