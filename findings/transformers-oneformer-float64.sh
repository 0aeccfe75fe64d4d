#!/usr/bin/env bash
# transformers 5.23.0: a OneFormer in float32 is saved with one float64 tensor, criterion.logit_scale.
#
# The scale is made from a number of NumPy, which is a float64, and torch.tensor keeps that type. Neither building the
# model in float32 nor saving it changes it: a small config gives a file of 207 float32 tensors and this float64 one, of the
# shape []. model.dtype says float32. Built with dtype=torch.bfloat16, the file has 207 tensors in bfloat16 and the same one
# in float64. Nobody would guess it, and a reader that expects one type in a file, or has no float64, meets it here.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip=("$folder/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" 'torch==2.13.0' 'transformers==5.23.0' 'numpy==2.4.6' 'scipy==1.17.1'
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" -W ignore - "$folder" <<'PYTHON'
import json
import pathlib
import sys
from collections import Counter

import torch
from transformers import AutoModelForUniversalSegmentation, OneFormerConfig, SwinConfig


def header(dtype):
    stages = {"depths": [1, 1, 1, 1], "num_heads": [2, 2, 2, 2], "out_features": [f"stage{n}" for n in (1, 2, 3, 4)]}
    backbone = SwinConfig(embed_dim=16, **stages, window_size=4, image_size=64)
    widths = {name: 32 for name in ("conv_dim", "mask_dim", "hidden_dim", "text_encoder_width")}
    depths = {"encoder_layers": 1, "decoder_layers": 2, "text_encoder_num_layers": 1, "num_attention_heads": 4}
    feed = {"encoder_feedforward_dim": 48, "dim_feedforward": 48, "text_encoder_vocab_size": 100, "num_queries": 10}
    config = OneFormerConfig(backbone_config=backbone, **widths, **depths, **feed)
    torch.manual_seed(0)
    model = AutoModelForUniversalSegmentation.from_config(config, dtype=dtype)
    assert model.dtype == dtype
    folder = pathlib.Path(sys.argv[1], str(dtype))
    model.save_pretrained(folder)
    content = (folder / "model.safetensors").read_bytes()
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])


for dtype, code in ((torch.float32, "F32"), (torch.bfloat16, "BF16")):
    found = {name: entry for name, entry in header(dtype).items() if name != "__metadata__"}
    counts = Counter(entry["dtype"] for entry in found.values())
    double = [(name, entry["shape"]) for name, entry in found.items() if entry["dtype"] == "F64"]
    assert double == [("criterion.logit_scale", [])], f"{dtype}: float64 in {double}: this changed"
    assert counts[code] == len(found) - 1, f"{dtype}: {dict(counts)}: this changed"
    print(f"built in {dtype}: {dict(counts)}; float64 is {double[0][0]}")
PYTHON
