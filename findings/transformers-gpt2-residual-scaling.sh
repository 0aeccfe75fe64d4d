#!/usr/bin/env bash
# transformers 5.0.0: a fresh GPT-2 has lost its residual scaling; releases before and after have it.
#
# The matrices that end a residual branch, c_proj, are to be drawn with initializer_range / sqrt(2 n_layer), as the GPT-2
# paper has it: 0.00577 for six layers. In 5.0.0 they have the standard deviation of all others, 0.02, in a model that is
# built from its config; in 4.57.6 and in 5.23.0 they are scaled. A loaded checkpoint does not show it. Seen: 0.0058 with
# 4.57.6, 0.0200 with 5.0.0, 0.0058 with 5.23.0.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip=("$folder/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" 'torch==2.13.0' 'numpy==2.4.6' 'safetensors==0.8.0'
for version in 4.57.6 5.0.0 5.23.0; do
    "${pip[@]}" --target "$folder/$version" --constraint <(echo 'numpy==2.4.6') "transformers==$version"
    HF_HUB_OFFLINE=1 PYTHONPATH="$folder/$version" "$folder/venv/bin/python" -W ignore - "$version" <<'PYTHON'
import sys

import torch
import transformers
from transformers import GPT2Config, GPT2LMHeadModel

assert transformers.__version__ == sys.argv[1]
torch.manual_seed(0)
model = GPT2LMHeadModel(GPT2Config(vocab_size=100, bos_token_id=0, eos_token_id=0, n_positions=32, n_embd=96, n_layer=6, n_head=4))
ends = torch.cat([p.detach().ravel() for name, p in model.named_parameters() if name.endswith("c_proj.weight")])
std, expected = float(ends.std()), 0.02 if sys.argv[1] == "5.0.0" else 0.02 / 12**0.5

assert abs(std / expected - 1) < 0.02, f"{sys.argv[1]}: c_proj has std {std:.5f}, not {expected:.5f}: this changed"
print(f"transformers {sys.argv[1]}: std of c_proj {std:.5f}; the rule is {0.02 / 12**0.5:.5f}")
PYTHON
done
