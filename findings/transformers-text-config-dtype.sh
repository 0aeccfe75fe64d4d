#!/usr/bin/env bash
# transformers 5.23.0: AutoModelForCausalLM loads a qwen3_5 in the dtype of its text_config, not in that of its config.
#
# Where the class for text takes the text part of a composite model (qwen3_5, llama4, mllama, emu3 and three more types),
# the automatic class replaces the config by its text_config before it loads, and everything that stands beside it is lost:
# the dtype, too. A config.json with dtype float32 at the top and float16 in text_config gives a float16 model, with the weights
# rounded and no warning; for other composite types, and for the whole model, the dtype at the top counts.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'torch==2.13.0' 'transformers==5.23.0' 'safetensors==0.8.0' 'numpy==2.4.6'
cd "$folder"
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import json

import torch
from transformers import AutoModelForCausalLM
from transformers.models.qwen3_5.configuration_qwen3_5 import Qwen3_5Config, Qwen3_5TextConfig
from transformers.models.qwen3_5.modeling_qwen3_5 import Qwen3_5ForCausalLM

linear = {f"linear_{what}": 2 for what in ("num_key_heads", "num_value_heads")}
linear |= {f"linear_{what}": 16 for what in ("key_head_dim", "value_head_dim")}
heads = {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16}
text = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "vocab_size": 64, "layer_types": ["full_attention"]}
text |= linear | heads
vision = {"depth": 1, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2, "out_hidden_size": 32}
Qwen3_5ForCausalLM(Qwen3_5TextConfig(**text)).save_pretrained("model")
config = Qwen3_5Config(text_config=text, vision_config=vision).to_dict()

found = {}
for top, inner in (("float32", "float16"), ("float16", "float32")):
    config["dtype"], config["text_config"]["dtype"] = top, inner
    with open("model/config.json", "w") as file:
        json.dump(config, file)
    found[top] = str(AutoModelForCausalLM.from_pretrained("model").dtype).removeprefix("torch.")
    print(f"dtype {top}, text_config.dtype {inner}: loaded as {found[top]}")
assert found == {"float32": "float16", "float16": "float32"}, f"{found}: this changed"
PYTHON
