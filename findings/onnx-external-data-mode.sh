#!/usr/bin/env bash
# onnx 1.23.2: save_model makes the file of external data readable by its owner alone, and the model beside it by all.
#
# The model gets the mode that the umask leaves (0644 under 022), the file that holds its values 0600, whatever the umask is. A
# service of another user opens the model, and fails at its values; nothing is said when it is saved.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'onnx==1.23.2' 'numpy==2.4.6'
cd "$folder"
umask 022
"$folder/venv/bin/python" - <<'PYTHON'
import os
import stat

import numpy as np
import onnx
from onnx import helper, numpy_helper

weight = numpy_helper.from_array(np.ones((3, 5), "f4"), "w")
model = helper.make_model(helper.make_graph([], "g", [], [], [weight]))
onnx.save_model(model, "m.onnx", save_as_external_data=True, location="m.data", size_threshold=0)
modes = {name: oct(stat.S_IMODE(os.stat(name).st_mode)) for name in ("m.onnx", "m.data")}
print(modes)
assert modes == {"m.onnx": "0o644", "m.data": "0o600"}, "this changed"
PYTHON
