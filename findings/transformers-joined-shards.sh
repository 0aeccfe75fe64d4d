#!/usr/bin/env bash
# transformers 5.23.0: one file called like shard-00005-model-00001-of-00001.safetensors makes from_pretrained join all others.
#
# Since its distributed checkpoints, a folder with a file of that pattern is loaded by PyTorch's reader of such checkpoints from
# every .safetensors file in it; model.safetensors, an index and transformers_weights are not looked for. Of a tensor
# that several files hold, one is taken by the order in which the system lists the folder. A leftover of a training thus
# replaces weights of the model beside it, without a warning. Seen: a tensor that model.safetensors does not hold is loaded
# from the other file; with a dash for a digit in its name, it is not, and is reported as missing.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'torch==2.13.0' 'transformers==5.23.0' 'safetensors==0.8.0' 'numpy==2.4.6'
cd "$folder"
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import os

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

sizes = {"hidden_size": 8, "intermediate_size": 12, "vocab_size": 11, "num_hidden_layers": 1}
LlamaForCausalLM(LlamaConfig(**sizes, num_attention_heads=2, num_key_value_heads=2)).save_pretrained("model")
tensors = load_file("model/model.safetensors")
moved = {"model.norm.weight": torch.full((8,), 7.0)}
save_file({name: value for name, value in tensors.items() if name not in moved}, "model/model.safetensors", {"format": "pt"})

missing = {}
for name in ("shard-0000--model-00001-of-00001.safetensors", "shard-00005-model-00001-of-00001.safetensors"):
    save_file(moved, f"model/{name}", {"format": "pt"})
    model, info = AutoModelForCausalLM.from_pretrained("model", output_loading_info=True)
    loaded = float(model.model.norm.weight.mean())
    missing[name] = sorted(info["missing_keys"]), loaded
    print(f"beside {name}: missing {missing[name][0]}, the norm's mean weight is {loaded:g}")
    os.remove(f"model/{name}")
before, after = missing.values()
assert before == (["model.norm.weight"], 1.0), f"{before}: this changed"
assert after == ([], 7.0), f"{after}: files are not joined: this changed"
PYTHON
