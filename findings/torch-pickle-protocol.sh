#!/usr/bin/env bash
# torch 2.13.0: torch.save(..., pickle_protocol=4) or 5 writes a file that torch.load, as it is called by default, refuses.
#
# Since 2.6 torch.load reads by an unpickler of its own, which knows protocols 2 and 3 alone; it stops at the opcode 0x95, a frame,
# with which Python begins every pickle of protocol 4 and 5. torch.save takes these protocols without a word, in both of its
# formats, and 5 is the highest of Python's. The weights are all right: torch.load(weights_only=False) gives them.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import io
import pickle

import torch

refused = set()
for protocol in (2, 3, 4, 5):
    for zipped in (True, False):
        file = io.BytesIO()
        torch.save({"w": torch.ones(3)}, file, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
        file.seek(0)
        assert torch.load(file, weights_only=False)["w"].tolist() == [1, 1, 1]
        file.seek(0)
        try:
            assert torch.load(file)["w"].tolist() == [1, 1, 1]
        except pickle.UnpicklingError as error:
            assert "149" in str(error), f"refused for another reason: {error}"
            refused.add(protocol)
print("torch.load() refuses what torch.save wrote with pickle_protocol", sorted(refused))
assert refused == {4, 5}, f"refused: {refused}: this changed"
PYTHON
