#!/usr/bin/env bash
# torch 2.13.0: torch.load(mmap=True) takes the packed bytes of a deflated storage for its values; without mmap it unpacks them.
#
# A file of torch.save is a zip with stored members. Packed again by another program, with deflate, it is still a zip that
# torch.load reads, value for value. With mmap=True a storage is the bytes at the place of its member, packed or not: a
# tensor has other values, without an error or a warning where the file goes on far enough. transformers 5.23.0 opens each pytorch_model.bin with
# mmap=True. Seen: 1,000 of 1,000 values right without mmap, none with it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import zipfile

import torch

torch.manual_seed(0)
values = torch.randn(1000)
torch.save({"w": values, "more": torch.randn(5000)}, "stored.bin")
with zipfile.ZipFile("stored.bin") as stored, zipfile.ZipFile("packed.bin", "w") as packed:
    for name in stored.namelist():
        method = zipfile.ZIP_DEFLATED if name.endswith("/data/0") else zipfile.ZIP_STORED
        packed.writestr(name, stored.read(name), method)

right = {}
for file in ("stored.bin", "packed.bin"):
    for mmap in (False, True):
        found = torch.load(file, weights_only=True, mmap=mmap)["w"]
        right[file, mmap] = int((found == values).sum())
        print(f"{file}, mmap={mmap}: {right[file, mmap]} of 1000 values are right")
assert right["stored.bin", False] == right["stored.bin", True] == right["packed.bin", False] == 1000
assert right["packed.bin", True] < 10, "mmap=True reads packed storages: this changed"
PYTHON
