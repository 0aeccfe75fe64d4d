#!/usr/bin/env bash
# fsspec 2026.9.0: where a file system has no move of its own, AbstractFileSystem.mv copies and removes, and takes both of its names as
# patterns. So a name with a bracket cannot be moved, and moving *to* a name with a star puts the file into a folder of that name.
#
# open, cat_file, info and rm_file take the same names as they are. A program that writes under a temporary name and moves the file when it
# is complete loses it for names such as "w[1].bin", and finds nothing under "w*.bin" though mv raised nothing.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'fsspec==2026.9.0'
"$folder/venv/bin/python" - <<'PYTHON'
import fsspec

memory = fsspec.filesystem("memory")
found = {}
for number, name in enumerate(["plain.bin", "w[1].bin", "w*.bin"]):
    place = f"/{number}"
    memory.makedirs(place, exist_ok=True)
    memory.pipe_file(f"{place}/.{name}.tmp", b"values")
    try:
        memory.mv(f"{place}/.{name}.tmp", f"{place}/{name}")
        found[name] = sorted(path.removeprefix(f"{place}/") for path in memory.find(place))
    except FileNotFoundError:
        found[name] = "not found"
print(found)
assert found["plain.bin"] == ["plain.bin"], "this changed"
assert found["w[1].bin"] == "not found", "this changed"
assert found["w*.bin"] != ["w*.bin"], "this changed"
PYTHON
