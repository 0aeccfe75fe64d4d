#!/usr/bin/env bash
# transformers 5.23.0: Phi-3.5-MoE sends each position to two experts, whatever num_experts_per_tok says.
#
# PhimoeConfig takes num_experts_per_tok, and Mixtral's class of the same shape obeys it. PhimoeForCausalLM routes by SparseMixer,
# which chooses twice: with 1, 2 and 4 in the config the same weights give the same logits, to the bit, and each position
# reaches two experts. Its router weights each choice by nearly 1, so the two do not share a weight of 1 as in a softmax. Mixtral's
# logits differ for each of the three numbers.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'transformers==5.23.0' 'numpy==2.4.6'
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PYTHON'
import torch
from transformers import MixtralConfig, MixtralForCausalLM, PhimoeConfig, PhimoeForCausalLM

SIZES = {
    "vocab_size": 100,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_local_experts": 4,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
TOKENS = torch.arange(5, 25)[None]


def logits(config, model):
    found = []
    for experts in (1, 2, 4):
        torch.manual_seed(0)
        found.append(model(config(**SIZES, num_experts_per_tok=experts)).eval()(TOKENS).logits)
    return found


def different(found):
    return len({values.detach().numpy().tobytes() for values in found})


torch.manual_seed(0)
model = PhimoeForCausalLM(PhimoeConfig(**SIZES, num_experts_per_tok=4)).eval()
seen = []
router = next(module for name, module in model.named_modules() if name.endswith(("router", "gate")))
router.register_forward_hook(lambda module, given, out: seen.append(out))
model(TOKENS)
shapes = sorted({tuple(part.shape) for part in seen[0] if torch.is_tensor(part)})
weights = next(part for part in seen[0] if torch.is_tensor(part) and part.shape[-1] == 2 and part.is_floating_point())

found = {
    "Phimoe, different logits for 1, 2 and 4": different(logits(PhimoeConfig, PhimoeForCausalLM)),
    "Mixtral, different logits for 1, 2 and 4": different(logits(MixtralConfig, MixtralForCausalLM)),
    "Phimoe with 4, experts of a position": weights.shape[-1],
    "Phimoe with 4, mean sum of a position's weights above 1.5": bool(weights.sum(-1).mean() > 1.5),
}
for what, value in found.items():
    print(f"{what}: {value}")
assert list(found.values()) == [1, 3, 2, True], (found, shapes, "this changed")
PYTHON
