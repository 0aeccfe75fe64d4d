#!/usr/bin/env bash
# zarr 3.1.6: in a store without consolidated metadata at its root, a subgroup that has some is believed, even if it is out of date:
# an array is read by metadata that its own zarr.json contradicts, without a warning.
#
# zarr.consolidate_metadata(store, path="run") writes copies of the members' metadata into run/zarr.json. When a member is then made
# anew with another fill value, the root has nothing consolidated, so that one expects the members' own documents to count. Whoever
# opens root["run"]["w"] still gets the old copy, and whoever opens "run/w" directly the new document: two values of one array.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'zarr==3.1.6' 'numpy==2.4.6'
"$folder/venv/bin/python" -W ignore - "$folder/store" <<'PYTHON'
import json
import sys
from pathlib import Path

import zarr

store = Path(sys.argv[1])
root = zarr.open_group(store, mode="w")
run = root.create_group("run")
run.create_array("w", shape=(3,), chunks=(3,), dtype="float32", fill_value=1.0)
zarr.consolidate_metadata(store, path="run")
member = store / "run" / "w" / "zarr.json"
stated = json.loads(member.read_text())
stated["fill_value"] = 2.0  # as a program of its own writes it that knows of no copies
member.write_text(json.dumps(stated))

alone = zarr.open_array(store / "run" / "w", mode="r")[:].tolist()
inside = zarr.open_group(store, mode="r")["run"]["w"][:].tolist()
print("opened by itself:", alone, "- through the groups:", inside)
assert "consolidated_metadata" not in json.loads((store / "zarr.json").read_text()), "the root has some, too: this changed"
assert alone == [2.0] * 3, "another value: this changed"
assert inside == [1.0] * 3, "the member's own document counts: this changed"
PYTHON
