#!/usr/bin/env bash
# transformers 5.23.0: a ViT-MAE that is built from its config has no positions at all; 4.57.6 has those of the encoder.
#
# The tables of positions of the encoder and of the decoder are meant to be sines and cosines, and are not trained:
# requires_grad is False. In 4.57.6 a new model has them in the encoder, and zeros in the decoder. In 5.23.0 both are
# zeros and stay so, so that nothing tells the patches of an image apart. A loaded checkpoint brings its tables and hides it.
# Seen, the largest value of the two tables: 1 and 0 with 4.57.6, 0 and 0 with 5.23.0.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip=("$folder/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" 'torch==2.13.0' 'numpy==2.4.6' 'safetensors==0.8.0'
for version in 4.57.6 5.23.0; do
    "${pip[@]}" --target "$folder/$version" --constraint <(echo 'numpy==2.4.6') "transformers==$version"
    HF_HUB_OFFLINE=1 PYTHONPATH="$folder/$version" "$folder/venv/bin/python" -W ignore - "$version" <<'PYTHON'
import sys

import torch
import transformers
from transformers import ViTMAEConfig, ViTMAEForPreTraining

assert transformers.__version__ == sys.argv[1]
sizes = {"hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 160}
decoder = {"decoder_hidden_size": 64, "decoder_num_hidden_layers": 1, "decoder_num_attention_heads": 4}
torch.manual_seed(0)
model = ViTMAEForPreTraining(ViTMAEConfig(**sizes, **decoder, decoder_intermediate_size=96))
tables = [model.vit.embeddings.position_embeddings, model.decoder.decoder_pos_embed]
largest = [float(table.detach().abs().max()) for table in tables]

assert not any(table.requires_grad for table in tables), "the tables are trained now"
expected = [0, 0] if sys.argv[1] == "5.23.0" else [1, 0]
assert largest == expected, f"{sys.argv[1]}: the largest positions are {largest}, not {expected}: this changed"
print(f"transformers {sys.argv[1]}: largest value of the tables of positions {largest}")
PYTHON
done
