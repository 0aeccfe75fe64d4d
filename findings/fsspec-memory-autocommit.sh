#!/usr/bin/env bash
# fsspec 2026.9.0: in the memory file system a file opened with autocommit=False is there at once; a local one is not.
#
# Of a file opened for writing with autocommit=False nothing is to be seen before commit(), and discard() drops it. The local
# file system does this. The memory file system takes the argument and does not use it: the file exists from open() on, empty
# at first, shows each write, replaces a file of that name before anything is committed, and stays after discard(). Inside
# `with fs.transaction:` the memory file does wait. Nobody would guess it, and a test that uses the memory file
# system in place of a disk sees other states than the disk has.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'fsspec==2026.9.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem


def content(files, path):
    return files.cat_file(path) if files.exists(path) else None


def states(files, path):
    files.pipe_file(path, b"old")
    file = files.open(path, "wb", autocommit=False)
    seen = [content(files, path)]
    file.write(b"new")
    file.flush()
    seen.append(content(files, path))
    file.close()
    seen.append(content(files, path))
    file.discard()
    return [*seen, content(files, path)]


def in_transaction(files, path):
    with files.transaction:
        with files.open(path, "wb") as file:
            file.write(b"new")
        seen = content(files, path)
    return [seen, content(files, path)]


memory, local = MemoryFileSystem(), LocalFileSystem()
names = ("opened", "written", "closed", "discarded")
found = {
    "memory": dict(zip(names, states(memory, "/findings/file"))),
    "local": dict(zip(names, states(local, f"{sys.argv[1]}/file"))),
}
assert list(found["memory"].values()) == [b"", b"new", b"new", b"new"], f"{found['memory']}: this changed"
assert list(found["local"].values()) == [b"old"] * 4, f"{found['local']}: this changed"
assert in_transaction(memory, "/findings/other") == [None, b"new"], "the memory file does not wait in a transaction"
for name, seen in found.items():
    print(f"{name}, a file that held b'old': {seen}")
PYTHON
