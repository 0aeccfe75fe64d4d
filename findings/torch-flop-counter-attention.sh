#!/usr/bin/env bash
# torch 2.13.0: FlopCounterMode counts no operation of an attention on the processor, and all of them on the meta device.
#
# F.scaled_dot_product_attention of float32 runs on the processor as one operator, _scaled_dot_product_flash_attention_for_cpu,
# which the table of torch.utils.flop_counter does not have: the counter shows 0, without a warning. The same call on the
# meta device, or under the backend MATH, is made of operators that it has. Seen for 2 heads of 8 features and 16 positions:
# 0 on the processor; 2 * 2 * 2 * 16 * 16 * 8 = 16384 on the meta device and under MATH. A model's total is too low by all of its attention.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode


def counted(device: str) -> int:
    query, key, value = (torch.zeros(1, 2, 16, 8, device=device) for _ in range(3))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        F.scaled_dot_product_attention(query, key, value)
    return counter.get_total_flops()


processor, meta = counted("cpu"), counted("meta")
with sdpa_kernel(SDPBackend.MATH):
    plain = counted("cpu")
print(f"on the processor {processor}, on the meta device {meta}, under MATH {plain}")
assert meta == plain == 16384
assert processor == 0, "the processor's attention is counted: this changed"
PYTHON
