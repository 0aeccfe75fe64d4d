#!/usr/bin/env bash
# orbax-checkpoint 0.12.8: `load` of the new API and `restore` of the old one read two different checkpoints of one folder.
#
# A folder that StandardCheckpointer has saved is a checkpoint itself: its _METADATA stands at the top. If a folder "pytree" in it is
# a checkpoint, too, orbax.checkpoint.v1.load(PATH) reads that one, since "pytree" is where its own `save` puts the tree; and
# StandardCheckpointer().restore(PATH) reads the tree at the top. Neither says that there is another. Seen: restore gives 1.0, load 0.5.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'orbax-checkpoint==0.12.8' 'jax==0.10.2' 'numpy==2.4.6'
cd "$folder"
JAX_PLATFORMS=cpu "$folder/venv/bin/python" -W ignore - <<'PYTHON'
import logging
from pathlib import Path

logging.disable()

import numpy as np
import orbax.checkpoint as ocp
from orbax.checkpoint import v1

path = Path.cwd() / "checkpoint"
with ocp.StandardCheckpointer() as checkpointer:
    checkpointer.save(path, {"w": np.full((2, 3), 1.0, np.float32)})
    checkpointer.wait_until_finished()
    checkpointer.save(path / "pytree", {"w": np.full((2, 3), 0.5, np.float32)})
    checkpointer.wait_until_finished()
    restored = float(np.asarray(checkpointer.restore(path)["w"])[0, 0])
loaded = float(np.asarray(v1.load(path)["w"])[0, 0])
print(f"restore of the folder gives {restored}, load of the same folder {loaded}")
assert (restored, loaded) == (1.0, 0.5), "both read one checkpoint: this changed"
PYTHON
