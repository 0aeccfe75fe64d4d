#!/usr/bin/env bash
# torch 2.13.0: uniform_ in bfloat16 moves the upper end to the lower one, so 1 in 512 numbers of rand() is 0.
#
# uniform_(low, high) excludes the upper end: a float32 draw that is rounded to it in the format of the tensor is replaced
# by low. In float32 that hardly ever happens, in bfloat16 to half a step of the upper end: torch.rand is 0 with a
# probability of 1/512, 32,768 times that of float32, and its mean is 0.498. Between -b and b the share is up to 0.2 %, as b lies between two
# powers of two, so that the same layer of another width has another bias. Rounding down at the top, as MLX does, has none. Nobody would look for zeros from rounding at 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch

for dtype, share in ((torch.bfloat16, 2**-9), (torch.float16, 2**-12), (torch.float32, 2**-24)):
    torch.manual_seed(0)
    drawn = torch.rand(1 << 23, dtype=dtype)
    zeros = int((drawn == 0).sum())
    assert abs(zeros - drawn.numel() * share) < 6 * (drawn.numel() * share) ** 0.5 + 3, f"{zeros} zeros: this changed"
    print(f"{dtype}: {zeros:,} of {drawn.numel():,} are 0, the largest is {float(drawn.max()):.6f}, the mean {float(drawn.double().mean()):.5f}")
PYTHON
