"""Another program acts between two calls of a run: at each call, in each of its ways, on each kind of file.

The run is in this process, and the calls of `os` that read or change files are counted; before one of them the other
program acts. Afterwards the result has to be that of the file as it was when it was opened, or an error that says
that it changed.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import winitgen
from winitgen.errors import UnreadableError, WinitgenError
from winitgen.files.output import renaming

SPEC: dict[str, Any] = {
    "model": "m",
    "input": 30,
    "layers": [
        {"name": "a", "type": "dense", "units": 50},
        {"name": "b", "type": "dense", "units": 7},
        {"name": "c", "type": "dense", "units": 20},
    ],
}
OTHER = {**SPEC, "layers": SPEC["layers"][:2]}

FORMATS = {
    "npy": "w.npy",
    "npz": "w.npz",
    "safetensors": "w.safetensors",
    "hdf5": "w.h5",
    "keras": "w.weights.h5",
    "folder": "w/",
    "shards": "w/model.safetensors.index.json",
    "keras shards": "w/model.weights.json",
}
"""The kinds of files, and the name of each."""

CALLS = ("open", "stat", "lstat", "fstat", "listdir", "preadv", "pread", "rename", "replace", "link", "unlink", "rmdir", "mkdir", "fsync", "pwrite")  # fmt: skip


class Kind(NamedTuple):
    """Files of one kind in a folder: those that are read, others of the same spec and another seed, and a copy."""

    name: str
    folder: Path

    @property
    def path(self) -> str:
        """The path that is given to a command."""
        return f"{self.folder}/{FORMATS[self.name]}"

    @property
    def place(self) -> Path:
        """The file, or the folder, that another program changes."""
        return self.folder / FORMATS[self.name].partition("/")[0]

    @property
    def member(self) -> Path:
        """One file with values."""
        if not self.place.is_dir():
            return self.place
        return max((path for path in self.place.iterdir() if path.suffix != ".json"), key=os.path.getsize)

    def build(self) -> None:
        """Write the files of two seeds, at least a tick of the clock ago."""
        for seed in (1, 0):
            sizes = {"max_shard_size": "7KB"} if "shards" in self.name else {}
            winitgen.write(SPEC, self.path, seed=seed, fsync=False, layout=self.layout, **sizes)
            if seed:
                self.place.rename(self.folder / "other")
        copy = shutil.copytree if self.place.is_dir() else shutil.copy2
        copy(self.place, self.folder / "copy")

    @property
    def layout(self) -> str | None:
        """The layout that the kind needs."""
        return "keras" if "keras" in self.name else None


def rewrite(kind: Kind) -> None:
    """Write other values into the file."""
    with open(kind.member, "r+b") as file:
        file.seek(-900, os.SEEK_END)
        file.write(b"\x11" * 40)


def rewrite_secretly(kind: Kind) -> None:
    """Write other values into the file, and set its time back."""
    before = kind.member.stat()
    rewrite(kind)
    os.utime(kind.member, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(kind: Kind) -> None:
    """Cut the file off in the middle of its values."""
    os.truncate(kind.member, kind.member.stat().st_size - 900)


def grow(kind: Kind) -> None:
    """Append to the file."""
    with open(kind.member, "ab") as file:
        file.write(b"\0" * 8)


def replace(kind: Kind) -> None:
    """Let the file, or folder, of the other seed take its place, as a run of winitgen does; remove the old one."""
    if kind.place.is_dir():
        renaming.exchange(str(kind.place), str(kind.folder / "other"))
        shutil.rmtree(kind.folder / "other")
    else:
        (kind.folder / "other").replace(kind.place)


def swap(kind: Kind) -> None:
    """Let one file of a folder be that of the other seed."""
    (kind.folder / "other" / kind.member.name).replace(kind.member)


def vanish(kind: Kind) -> None:
    """Rename all of it."""
    kind.place.rename(kind.folder / "elsewhere")


def put(kind: Kind) -> None:
    """Put a file of its own into the folder."""
    (kind.place / "mine.txt").write_bytes(b"mine")


IN_PLACE = (rewrite, rewrite_secretly, cut, grow)
ACTORS = (*IN_PLACE, replace, swap, vanish, put)


def verify(kind: Kind) -> Any:
    """Return what is found by drawing the values again."""
    return winitgen.verify(kind.path, SPEC, seed=0, layout=kind.layout, threads=1)["status"]


def inspect(kind: Kind) -> Any:
    """Return what the values are like."""
    return winitgen.inspect(kind.path, threads=1)["tensors"]


def diff(kind: Kind) -> Any:
    """Return whether the values are those of the copy."""
    found = winitgen.diff(kind.path, kind.folder / "copy", threads=1)
    return found["equal"], found["tensors"]


def check(kind: Kind) -> Any:
    """Return whether the file is up to date."""
    sizes = {"max_shard_size": "7KB"} if "shards" in kind.name else {}
    return winitgen.write(SPEC, kind.path, seed=0, check=True, layout=kind.layout, threads=1, **sizes).status


def copied(kind: Kind) -> Any:
    """Return a file into which most values are copied; one that is there after an error has to be right, too."""
    out = kind.folder / "new.safetensors"
    out.unlink(missing_ok=True)
    winitgen.write(SPEC, out, seed=0, base=kind.path, only=["c*"], layout=kind.layout, threads=1, fsync=False)
    return out.read_bytes()


COMMANDS = (verify, inspect, diff, check, copied)


class Case(NamedTuple):
    """A command on a kind of file, what the other program does, and before which part of the calls, from 0 to 1."""

    command: Callable[[Kind], Any]
    kind: str
    actor: Callable[[Kind], None]
    part: float

    def __str__(self) -> str:
        return f"{self.command.__name__}, {self.kind}, {self.actor.__name__} at {self.part:.3f}"


def cases(number: int, seed: int) -> Iterator[Case]:
    """Yield cases: all kinds of files and ways in turn, at calls by chance."""
    pick = random.Random(seed)  # noqa: S311
    possible = [
        (command, kind, actor)
        for command in COMMANDS
        for kind in FORMATS
        for actor in ACTORS
        if (actor not in (swap, put) or "/" in FORMATS[kind])
        and (command is not copied or kind != "npy")
        and not (command is check and "shards" in kind and actor not in IN_PLACE)
    ]
    pick.shuffle(possible)
    for index in range(number):
        yield Case(*possible[index % len(possible)], pick.random())


class Outcome(NamedTuple):
    """What a run returns, or its error; how many calls it made, and the number of the last that read values."""

    found: Any
    error: str
    calls: int
    last_read: int


def outcome(case: Case, kind: Kind, at: int = 0) -> Outcome:
    """Run a command; before its call number ``at``, from 1, the other program acts."""
    count, busy = [0, 0], [False]
    process = os.getpid()
    originals = {name: getattr(os, name) for name in CALLS}

    def hooked(name: str) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            if not busy[0] and os.getpid() == process:
                count[0] += 1
                if name in {"pread", "preadv"}:
                    count[1] = count[0]
                if count[0] == at:
                    busy[0] = True
                    case.actor(kind)
                    busy[0] = False
            return originals[name](*args, **options)

        return run

    found, error = None, ""
    try:
        for name in CALLS:
            setattr(os, name, hooked(name))
        os.supports_dir_fd.update(getattr(os, name) for name in ("open", "stat"))
        found = case.command(kind)
    except WinitgenError as caught:
        name = "UnreadableError" if isinstance(caught, UnreadableError) else type(caught).__name__
        error = f"{name}: {caught}"
    finally:
        for name, function in originals.items():
            os.supports_dir_fd.discard(getattr(os, name)) if getattr(os, name) is not function else None
            setattr(os, name, function)
    return Outcome(found, error, *count)


def run(case: Case, folder: Path) -> str:
    """Return what is wrong with how a command ends; empty if nothing is."""
    kind = Kind(case.kind, folder)
    kind.build()
    before = outcome(case, kind)
    at = 1 + int(case.part * before.calls)
    found = outcome(case, kind, at)
    output = kind.folder / "new.safetensors"
    if case.command is copied and found.error and output.exists() and output.read_bytes() != before.found:
        return f"{found.error}, and an output"
    if any(path.name.endswith(".tmp") for path in folder.iterdir()):
        return "a temporary file is left"
    after = outcome(case, kind)
    if case.actor is put and not (kind.place / "mine.txt").exists():
        return "the file that was put in is lost"
    if "changed while it was read" in found.error or "ended while it was being read" in found.error:
        return "" if found.error.startswith("UnreadableError") else found.error
    fitting = [after[:2]] if case.actor in IN_PLACE else [before[:2], after[:2]]
    if case.actor in IN_PLACE and at > before.last_read:  # what has been read is of the file as it was opened
        fitting.append(before[:2])
    gone = case.actor is vanish and found.error.startswith("UnreadableError: cannot read")
    if found[:2] in fitting or gone:
        return ""
    return f"{at} of {before.calls} calls: {str(found)[:300]}, neither {str(before)[:300]} nor {str(after)[:300]}"
