#!/usr/bin/env bash
# torch 2.13.0: torch.load does not tell capital letters from small ones in the names of a file's members.
#
# A file of torch.save has a member data/0 for the storage 0. If a member DATA/0 follows it, which is another one to
# Python's zipfile, unzip and every other reader, torch.load takes the values of that.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import io
import zipfile

import torch

saved, made = io.BytesIO(), io.BytesIO()
torch.save(torch.arange(3.0), saved)
with zipfile.ZipFile(saved) as found, zipfile.ZipFile(made, "w") as more:
    for name in found.namelist():
        more.writestr(name, found.read(name))
        if name.endswith("/data/0"):
            more.writestr(name.replace("/data/0", "/DATA/0"), bytes(12))
made.seek(0)
loaded = torch.load(made, weights_only=True).tolist()
print("data/0 is [0, 1, 2], DATA/0 is [0, 0, 0]; loaded:", loaded)
assert loaded == [0, 0, 0], "the member of the exact name is taken: this changed"
PYTHON
