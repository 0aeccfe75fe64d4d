#!/usr/bin/env bash
# numpy 2.4.6 with ml_dtypes 0.5.4: whether numpy.load takes an npy file depends on what the program has imported before.
#
# A header's descr may be the bare name of a type. ml_dtypes registers the types bfloat16, float8_e4m3fn and so on with NumPy when
# it is imported, and from then on numpy.dtype("bfloat16") is known. So a file whose header says 'bfloat16' is refused by a program
# that imports NumPy alone, as "not a valid dtype descriptor", and read by the same program after `import ml_dtypes`, or after
# `import jax`, which imports it. numpy.save never writes such a header: it writes '<V2'. Those who write npy themselves should too.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'numpy==2.4.6' 'ml_dtypes==0.5.4'
"$folder/venv/bin/python" - <<'PYTHON'
import io

import numpy as np


def named(name: str) -> io.BytesIO:
    """Return an npy file of two values of 16 bits, 1.0 in bfloat16, whose header has this descr."""
    text = f"{{'descr': '{name}', 'fortran_order': False, 'shape': (2,), }}"
    text += " " * (63 - (10 + len(text)) % 64) + "\n"
    return io.BytesIO(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + b"\x80\x3f\x80\x3f")


try:
    before = str(np.load(named("bfloat16")).dtype)
except ValueError as error:
    before = f"refused: {error}"
import ml_dtypes

after = np.load(named("bfloat16"))
file = io.BytesIO()
np.save(file, after)
print("before the import:", before)
print("after it:", after.dtype, after.tolist())
print("numpy.save writes:", file.getvalue()[10:40])
assert before.startswith("refused: ") and "bfloat16" in before, before
assert after.dtype == ml_dtypes.bfloat16 and after.tolist() == [1, 1], after
assert b"'<V2'" in file.getvalue(), file.getvalue()[:80]
PYTHON
