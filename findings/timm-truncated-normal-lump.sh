#!/usr/bin/env bash
# timm 1.0.31: trunc_normal_(std=0.02) gives weights of exactly -2: in float32 1 in 16,777,216, in bfloat16 1 in 512.
#
# It fills the tensor by uniform_(-1, 1), whose lower end is among its values, and takes the inverse error function, which
# is minus infinity there; the clamp makes it the lower cut, by default -2 in units of the weights: 100 standard
# deviations. A fresh ViT-B has none to seven such weights. In bfloat16 uniform_ also moves what is rounded to the upper
# end to the lower one, 1 in 512: the standard deviation is 4.5 times 0.02. PyTorch's own function of this name no longer
# does so. Nobody would look for the largest weight of a model in its truncated normals.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps 'timm==1.0.31'
weights="$folder/weight_init.py"  # the module alone: timm as a whole imports torchvision
cp "$("$folder/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/timm/layers/weight_init.py" "$weights"
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from weight_init import trunc_normal_

for dtype, count, share in ((torch.bfloat16, 1 << 20, 2**-9), (torch.float16, 1 << 20, 2**-12), (torch.float32, 1 << 27, 2**-24)):
    torch.manual_seed(0)
    drawn = trunc_normal_(torch.empty(count, dtype=dtype), std=0.02)
    lump = int((drawn == -2).sum())
    assert 0.4 < lump / (count * share) < 1.8, f"{lump} of {count:,} in {dtype}: this changed"
    rest = float(drawn[drawn > -2].abs().max())
    print(f"{dtype}: {lump:,} of {count:,} are -2, std {float(drawn.float().std()):.4f}, the others at most {rest:.3f}")
PYTHON
