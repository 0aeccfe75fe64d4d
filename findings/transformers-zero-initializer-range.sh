#!/usr/bin/env bash
# transformers 5.23.0: initializer_range=0.0 means 0.02 for some tensors of a model, 0 for others, and an error in a ViT.
#
# The general rule, for Linear, Embedding and convolutions, reads a range of 0.0 as one that is missing and draws with 0.02.
# The rules of single models take the number as it is. A Mixtral with 0.0 has attention, embedding and head with a
# standard deviation of 0.02 and router and experts of zeros; a GPT-2 has embeddings of 0.02 and zeros in the matrices of
# all blocks, while a Llama is all 0.02. A ViT raises "ZeroDivisionError: float division by zero", since its positions are
# drawn from a truncated normal, which divides by the range. (The whole number 0 is refused by the config itself.)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'transformers==5.23.0' 'numpy==2.4.6'
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from transformers import AutoModel, GPT2Config, LlamaConfig, MixtralConfig, ViTConfig

SIZES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4}


def matrices(config):
    torch.manual_seed(0)
    found = {name: p.detach() for name, p in AutoModel.from_config(config).named_parameters() if p.dim() > 1}
    zero = {name for name, values in found.items() if not values.any()}
    for name in found.keys() - zero:
        assert 0.018 < float(found[name].std()) < 0.022, f"{name}: std {float(found[name].std()):.4f}: this changed"
    return sorted(found.keys() - zero), sorted(zero)


mixtral = matrices(MixtralConfig(vocab_size=100, **SIZES, num_key_value_heads=2, num_local_experts=4, initializer_range=0.0))
tokens = {"bos_token_id": 0, "eos_token_id": 0}
gpt2 = matrices(GPT2Config(vocab_size=100, **tokens, n_positions=32, n_embd=96, n_layer=2, n_head=4, initializer_range=0.0))
llama = matrices(LlamaConfig(vocab_size=100, **SIZES, initializer_range=0.0))

router = ["experts.down_proj", "experts.gate_up_proj", "gate.weight"]
assert mixtral[1] == [f"layers.0.mlp.{name}" for name in router], f"Mixtral, zeros: {mixtral[1]}: this changed"
assert gpt2[0] == ["wpe.weight", "wte.weight"], f"GPT-2, 0.02: {gpt2[0]}: this changed"
assert len(gpt2[1]) == 8, f"GPT-2, zeros: {gpt2[1]}: this changed"
assert not llama[1], f"Llama, zeros: {llama[1]}: this changed"
try:
    matrices(ViTConfig(**SIZES, image_size=32, patch_size=8, initializer_range=0.0))
except ZeroDivisionError as error:
    vit = f"ZeroDivisionError: {error}"
else:
    raise AssertionError("a ViT with a range of 0.0 is built: this changed")
for name, (drawn, zero) in {"Mixtral": mixtral, "GPT-2": gpt2, "Llama": llama}.items():
    print(f"{name}: {len(drawn)} matrices with a standard deviation of 0.02, {len(zero)} of zeros")
print(f"ViT: {vit}")
PYTHON
