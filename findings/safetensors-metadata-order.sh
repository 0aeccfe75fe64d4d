#!/usr/bin/env bash
# safetensors 0.8.0 (Python): two saves of the same arrays with the same metadata differ in their bytes.
#
# save() takes the metadata as a dict, which has an order, and writes it as JSON from a hash map that is seeded
# anew for each call. With one key every save gives the same bytes; with eight, 20 saves in one process gave 20
# different files of one length. The tensors and their part of the header are the same each time, so a loader
# sees no difference, but a checksum of the file, a content-addressed store or a build cache does.
# Nobody would guess it from the format, which asks for no order, or from the library, which sorts the tensors.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'safetensors==0.8.0' 'numpy==2.4.6'
"$folder/venv/bin/python" - <<'PYTHON'
import json

import numpy as np
from safetensors.numpy import load, save

arrays = {"fc.bias": np.zeros(10, np.float32), "fc.weight": np.ones((10, 4), np.float32)}
one = {"format": "pt"}
eight = {f"key{index}": str(index) for index in range(8)}

single = {save(arrays, metadata=one) for _ in range(20)}
files = {save(arrays, metadata=eight) for _ in range(20)}


def header(content):
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])


assert len(single) == 1, f"one key gave {len(single)} files: this changed"
assert len(files) > 1, "eight keys gave one file: the metadata now has an order"
assert len({len(content) for content in files}) == 1
assert len({json.dumps(header(content), sort_keys=True) for content in files}) == 1
assert all(np.array_equal(load(content)["fc.weight"], arrays["fc.weight"]) for content in files)
print(f"20 saves with one metadata key: {len(single)} file; with eight keys: {len(files)} different files")
PYTHON
