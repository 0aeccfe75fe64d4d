#!/usr/bin/env bash
# torch 2.13.0: torch.load swaps the bytes of int32 in a file of the other byte order, and not those of uint16, uint32 and uint64.
#
# A file of torch.save names its byte order, and torch.load swaps each storage by the number format of the storage's class.
# Formats that have no class of their own (uint16, uint32, uint64, complex32) are saved as storages of bytes, with the format
# beside them, and bytes are not swapped: the numbers 0, 1, 2 are loaded as 0, 16777216, 33554432, without a warning.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import io
import sys
import zipfile

import torch

other = {"little": "big", "big": "little"}[sys.byteorder]


def of_the_other_machine(tensor):
    """Return the file that a machine of the other byte order saves of a tensor."""
    saved, turned = io.BytesIO(), io.BytesIO()
    torch.save(tensor, saved)
    with zipfile.ZipFile(saved) as found, zipfile.ZipFile(turned, "w") as made:
        for name in found.namelist():
            content = found.read(name)
            if name.endswith("/byteorder"):
                content = other.encode()
            elif "/data/" in name:
                size = tensor.itemsize
                content = b"".join(content[at : at + size][::-1] for at in range(0, len(content), size))
            made.writestr(name, content)
    turned.seek(0)
    return turned


loaded = {}
for dtype in (torch.int32, torch.float32, torch.uint32, torch.uint16):
    loaded[dtype] = torch.load(of_the_other_machine(torch.arange(3).to(dtype)), weights_only=True).tolist()
    print(dtype, loaded[dtype])
assert loaded[torch.int32] == loaded[torch.float32] == [0, 1, 2], "int32 and float32 are not swapped: this changed"
assert loaded[torch.uint32] == [0, 1 << 24, 2 << 24], f"uint32: {loaded[torch.uint32]}: this changed"
assert loaded[torch.uint16] == [0, 1 << 8, 2 << 8], f"uint16: {loaded[torch.uint16]}: this changed"
PYTHON
