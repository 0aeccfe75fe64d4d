#!/usr/bin/env bash
# torch 2.13.0: the layers of a fresh nn.TransformerEncoder are equal, and in nn.Transformer their biases still are.
#
# nn.TransformerEncoder and nn.TransformerDecoder make a stack by copying the one layer that they are given, with its
# numbers: all layers start with the same matrices and the same biases. nn.Transformer, which builds both, then draws
# again whatever has more than one axis, so that its matrices differ from layer to layer. The biases of linear1 and linear2
# have one axis and stay: drawn from a uniform distribution once, they are the same in every layer of a stack. (The biases
# of the attention are zeros in any case.) Nobody would guess it: a bias drawn at random looks independent.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from torch import nn

SIZES = {"d_model": 32, "nhead": 4, "dim_feedforward": 48}
torch.manual_seed(0)
whole = nn.Transformer(**SIZES, num_encoder_layers=3, num_decoder_layers=3)
stacks = {
    "nn.Transformer, encoder": whole.encoder,
    "nn.Transformer, decoder": whole.decoder,
    "nn.TransformerEncoder": nn.TransformerEncoder(nn.TransformerEncoderLayer(**SIZES), 3),
    "nn.TransformerDecoder": nn.TransformerDecoder(nn.TransformerDecoderLayer(**SIZES), 3),
}
for name, stack in stacks.items():
    layers = [layer.state_dict() for layer in stack.layers]
    drawn = [key for key, values in layers[0].items() if values.std() > 0]
    equal = {key for key in drawn if all(torch.equal(layers[0][key], layer[key]) for layer in layers[1:])}
    biases = {key for key in drawn if layers[0][key].dim() == 1}
    assert biases == {"linear1.bias", "linear2.bias"}, f"{name}: the drawn biases are {biases}"
    expected = biases if name.startswith("nn.Transformer,") else set(drawn)
    assert equal == expected, f"{name}: equal in all layers are {sorted(equal)}: this changed"
    print(f"{name}: {len(equal)} of {len(drawn)} drawn tensors equal in all 3 layers, {len(equal & biases)} of them biases")
PYTHON
