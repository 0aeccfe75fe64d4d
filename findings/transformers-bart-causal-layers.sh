#!/usr/bin/env bash
# transformers 5.23.0: BartForCausalLM, which has a decoder alone, fails if its config has more decoder than encoder layers.
#
# The class has no encoder, but its cache of keys and values has as many entries as num_hidden_layers says, which for BART is
# another name of encoder_layers. With two encoder and three decoder layers the third layer finds no entry: a plain call
# raises "IndexError: list index out of range". With use_cache=False the same model answers, and so it does with as many
# layers in both.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'transformers==5.23.0' 'numpy==2.4.6'
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PYTHON'
import torch
from transformers import BartConfig, BartForCausalLM


def answer(encoder_layers, **options):
    sizes = {"vocab_size": 100, "d_model": 32, "decoder_ffn_dim": 48, "decoder_attention_heads": 4}
    config = BartConfig(**sizes, encoder_layers=encoder_layers, decoder_layers=3, encoder_attention_heads=4)
    torch.manual_seed(0)
    try:
        return tuple(BartForCausalLM(config).eval()(torch.arange(4, 10)[None], **options).logits.shape)
    except IndexError as error:
        return f"IndexError: {error}"


found = {"3 and 3": answer(3), "2 and 3": answer(2), "2 and 3, no cache": answer(2, use_cache=False)}
expected = {"3 and 3": (1, 6, 100), "2 and 3": "IndexError: list index out of range", "2 and 3, no cache": (1, 6, 100)}
assert found == expected, f"{found}: this changed"
for layers, seen in found.items():
    print(f"{layers}: {seen}")
PYTHON
