#!/usr/bin/env bash
# torch 2.13.0: torch.save(..., _use_new_zipfile_serialization=False) writes float8, uint16, uint32, uint64 and complex32 tensors into
# files that torch.load cannot read, by either value of weights_only.
#
# These formats came after the last typed storage classes, so their tensors are saved with torch.storage.UntypedStorage. The reader of
# the old form asks the storage class for its dtype, which this one lacks, and ends in an AttributeError. The zip form, which is
# the default, asks the tensor instead and reads them. torch.save says nothing while it writes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import io

import torch

later = ["float8_e4m3fn", "float8_e5m2", "uint16", "uint32", "uint64", "complex32"]
read = {}
for name in ["float32", "bfloat16", "complex64", *later]:
    tensor = torch.zeros(3).to(getattr(torch, name))
    for zipped in (True, False):
        for only in (True, False):
            file = io.BytesIO()
            torch.save({"w": tensor}, file, _use_new_zipfile_serialization=zipped)
            file.seek(0)
            try:
                read[name, zipped, only] = torch.load(file, weights_only=only)["w"].dtype == tensor.dtype
            except AttributeError as error:
                assert "dtype" in str(error), f"another error: {error}"
                read[name, zipped, only] = False
lost = sorted({name for (name, _, _), good in read.items() if not good})
print("saved in the old form and not read again:", *lost)
assert lost == sorted(later), f"{lost}: this changed"
assert all(good for (_, zipped, _), good in read.items() if zipped), "the zip form fails, too: this changed"
PYTHON
