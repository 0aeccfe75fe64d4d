"""Writes to targets that are not ordinary files: they are written to, or refused and left unchanged."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.faults.scenes import ENVIRONMENT, FORMATS, Case, content, put, read

FORWARD = {"safetensors", "npy"}
_NAMES = {"keras": "keras-h5"}


class Target(NamedTuple):
    """One kind of target, a key of `KINDS`, for one format."""

    kind: str
    format: str

    def __str__(self) -> str:
        return f"{self.format}, {self.kind}"

    @property
    def case(self) -> Case:
        """What is written; an old output exists."""
        return Case(self.format, "existing")


def targets() -> Iterator[Target]:
    """Yield each kind of target with each format."""
    yield from (Target(kind, format_) for kind in KINDS for format_ in FORMATS)


def written(target: Target) -> str:
    """Write once; return what is wrong, or nothing."""
    with TemporaryDirectory(prefix="winitgen-faults-") as name:
        return KINDS[target.kind](target, Path(name))


def run(target: Target, folder: Path, out: str = "", *before: str) -> tuple[int, str, str]:
    """Run the command, preceded by ``before``; return its exit code and output."""
    command = target.case.command()
    if out:
        command[command.index("-o") + 1] = out
    done = subprocess.run(
        [*before, *command],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def _refusal(cause: str, out: str) -> tuple[int, str, str]:
    return 3, "", f"winitgen: cannot write {out}: {cause}\n"


def _device_refusal(target: Target) -> tuple[int, str, str]:
    """Return the refusal of a device or a pipe that the format cannot be written to."""
    if target.format == "folder":
        return _refusal("Not a directory", target.case.output)
    name = _NAMES.get(target.format, target.format)
    return _refusal(f"{name} needs a regular file; npy and safetensors can go there", target.case.output)


def _compare(found: object, wanted: object) -> str:
    return "" if found == wanted else f"found {found!r}, not {wanted!r}"


def _without_powers() -> list[str]:
    """Return the prefix of a command that drops root's power over other users' files."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]


def _read_only_folder(target: Target, folder: Path) -> str:
    inside = folder / "inside"
    inside.mkdir()
    put(target.case, inside)
    inside.chmod(0o555)
    found = run(target, folder, f"inside/{target.case.output}", *_without_powers())
    inside.chmod(0o755)
    same = read(inside / target.case.name) == content(target.case, seed=1) and len(os.listdir(inside)) == 1
    shown = f"inside/{target.case.output}"
    wanted = _refusal("Permission denied", shown)
    if target.format == "folder":
        why = (
            "the folder around it cannot be written, and a folder is replaced as a whole; name a folder in it"
        )
        wanted = 3, "", f"winitgen: cannot replace {shown}: {why}\n"
    return _compare((found, same), (wanted, True))


def _read_only_file(target: Target, folder: Path) -> str:
    """The files of a folder may be read-only, since the folder is replaced as a whole."""
    put(target.case, folder)
    path = folder / target.case.name
    for file in path.iterdir() if path.is_dir() else [path]:
        file.chmod(0o444)
    found = run(target, folder, "", *_without_powers())
    kept = path.is_dir() or stat.S_IMODE(path.stat().st_mode) == 0o444
    same = read(path) == content(target.case, seed=0)
    return _compare((found, same, kept), ((0, f"{target.case.output}\n", ""), True, True))


def _unreadable_file(target: Target, folder: Path) -> str:
    put(target.case, folder)
    path = folder / target.case.name
    path.chmod(0o000)
    found = run(target, folder, "", *_without_powers())
    path.chmod(0o755)
    same = read(path) == content(target.case, seed=1)
    return _compare((found, same), (_refusal("Permission denied", target.case.output), True))


def _folder(target: Target, folder: Path) -> str:
    path = folder / target.case.name
    path.mkdir()
    (path / "theirs").write_bytes(b"theirs")
    found = run(target, folder)
    wanted = _refusal("it is a folder", target.case.output)
    if target.format == "folder":
        wanted = (3, "", "winitgen: cannot replace w/: it was not written by winitgen\n")
    return _compare((found, read(path)), (wanted, (("theirs", b"theirs"),)))


def _pipe(target: Target, folder: Path) -> str:
    path = folder / target.case.name
    os.mkfifo(path)
    if target.format not in FORWARD:
        return _compare((run(target, folder), path.is_fifo()), (_device_refusal(target), True))
    seen: list[bytes] = []
    reader = threading.Thread(target=lambda: seen.append(path.read_bytes()))
    reader.start()
    found = run(target, folder)
    reader.join()
    wanted = ((0, f"{target.case.output}\n", ""), [content(target.case, seed=0)], True)
    return _compare((found, seen, path.is_fifo()), wanted)


def _device(number: int) -> Callable[[Target, Path], str]:
    def write(target: Target, folder: Path) -> str:
        path = folder / target.case.name
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, number))
        found = run(target, folder)
        wanted = (0, f"{target.case.output}\n", "")
        if number == _FULL:
            wanted = _refusal("No space left on device", target.case.output)
        if target.format not in FORWARD:
            wanted = _device_refusal(target)
        there = path.stat().st_rdev == os.makedev(1, number) and os.listdir(folder) == [target.case.name]
        return _compare((found, there), (wanted, True))

    return write


def _hard_link(target: Target, folder: Path) -> str:
    """A hard link keeps the old output. A folder cannot have one, but its files can."""
    put(target.case, folder)
    path, other = folder / target.case.name, folder / "other"
    one = path / "fc.bias.npy" if path.is_dir() else path
    os.link(one, other)
    before = one.read_bytes()
    found = run(target, folder)
    same = read(path) == content(target.case, seed=0), other.read_bytes() == before
    return _compare((found, same), ((0, f"{target.case.output}\n", ""), (True, True)))


def _loop(target: Target, folder: Path) -> str:
    (folder / target.case.name).symlink_to("other")
    (folder / "other").symlink_to(target.case.name)
    found = run(target, folder)
    wanted = _refusal("Too many levels of symbolic links", target.case.output)
    return _compare((found, sorted(os.listdir(folder))), (wanted, sorted(["other", target.case.name])))


def _long_name(length: int) -> Callable[[Target, Path], str]:
    def write(target: Target, folder: Path) -> str:
        ending = target.case.output[1:]
        name = "n" * (length - len(ending.rstrip("/"))) + ending
        found = run(target, folder, name)
        if length > _LONGEST:
            return _compare((found, os.listdir(folder)), (_refusal("File name too long", name), []))
        again = run(target, folder, name)
        same = read(folder / name.rstrip("/")) == content(target.case, seed=0)
        return _compare(
            (found, again, same, os.listdir(folder)), ((0, f"{name}\n", ""),) * 2 + (True, [name.rstrip("/")])
        )

    return write


_NULL, _FULL, _LONGEST = 3, 7, 255

KINDS: dict[str, Callable[[Target, Path], str]] = {
    "read-only folder": _read_only_folder,
    "read-only file": _read_only_file,
    "unreadable file": _unreadable_file,
    "folder": _folder,
    "pipe": _pipe,
    "null device": _device(_NULL),
    "full device": _device(_FULL),
    "hard link": _hard_link,
    "loop of links": _loop,
    "name of 255 bytes": _long_name(_LONGEST),
    "name of 256 bytes": _long_name(_LONGEST + 1),
}
