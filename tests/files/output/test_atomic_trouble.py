import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.needed import missing
from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import atomic, renaming
from winitgen.files.output.atomic import new_file


def fill(path: Path, content: bytes = b"new", **options: Any) -> Any:
    """Write a whole file."""
    with new_file(str(path), len(content), **options) as fd:
        os.pwrite(fd, content, 0)


@pytest.fixture(params=["unnamed", "named"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run with both kinds of new file: without a name, and with a temporary one."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return request.param


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("none/w", "cannot write none/w: No such file or directory"),
        ("loop", "cannot write loop: Too many levels of symbolic links"),
        ("file/w", "cannot write file/w: Not a directory"),
    ],
)
def test_nowhere(way: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: Path, message: str) -> None:
    """A path in a missing folder is refused with the system's own message."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop/w")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError) as caught:
        fill(path)

    assert str(caught.value) == message


READ_ONLY = """
import os, sys
sys.path[:0] = {path!r}
from winitgen.files.output.atomic import new_file
if os.geteuid() == 0:  # root may write anywhere
    os.setgid(65534)
    os.setuid(65534)
try:
    with new_file(sys.argv[1], 3):
        pass
except Exception as error:
    print(error)
"""


def test_read_only_folder(tmp_path: Path) -> None:
    """A read-only folder is refused before anything is drawn."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for above in [folder, *list(folder.parents)[:3]]:
        above.chmod(0o755) if str(above) != "/tmp" else None  # noqa: S108 - pytest's own place
    folder.chmod(0o555)
    code = READ_ONLY.format(path=sys.path)
    run = subprocess.run(
        [sys.executable, "-c", code, f"{folder}/w"], capture_output=True, text=True, check=True
    )

    assert run.stdout == f"cannot write {folder}/w: Permission denied\n"


FULL = """
import resource, sys
sys.path[:0] = {path!r}
from winitgen.files.output import atomic
{patch}
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    with atomic.new_file(sys.argv[1], 1 << 21, replace=True) as fd:
        print("drawing")
        from winitgen.files.output.sinks import into_file
        into_file(fd)(0, bytes(1 << 21))
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("patch", "before"),
    [("", ""), ("atomic.reserve = lambda *args: None", "drawing\n")],
    ids=["space asked for first", "space found missing midway"],
)
def test_no_room(tmp_path: Path, patch: Any, before: Any) -> None:
    """A file that does not fit leaves the old one, and is refused before drawing if possible."""
    (tmp_path / "w").write_bytes(b"old")
    code = FULL.format(path=sys.path, patch=patch)
    run = subprocess.run(
        [sys.executable, "-c", code, f"{tmp_path}/w"], capture_output=True, text=True, check=True
    )

    assert run.stdout == f"{before}cannot write {tmp_path}/w: File too large\n"
    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"old"


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """Mount a disk of one megabyte, if the tests may."""
    mount_point = tmp_path / "disk"
    mount_point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount_point], check=False, capture_output=True
    )
    if mounted.returncode:
        missing("the right to mount", "run the tests as root, in a container started with: --privileged")
    yield mount_point
    subprocess.run(["umount", mount_point], check=True)


def test_full_disk(small_disk: Any) -> None:
    """A full disk is reported at once, and keeps its files."""
    (small_disk / "w").write_bytes(b"old")
    with pytest.raises(OutputError) as caught, new_file(f"{small_disk}/w", 1 << 21, replace=True):
        pytest.fail("the space was not asked for first")

    assert str(caught.value) == f"cannot write {small_disk}/w: No space left on device"
    assert os.listdir(small_disk) == ["w"]
    assert (small_disk / "w").read_bytes() == b"old"


@pytest.mark.parametrize("number", ["EOPNOTSUPP", "EINVAL"])
def test_no_way_to_ask_for_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: Any) -> None:
    """A file system that cannot reserve space still gets its file."""

    def fail(*args: Any) -> Any:
        raise OSError(getattr(errno, number), "no")

    monkeypatch.setattr(os, "posix_fallocate", fail)
    fill(tmp_path / "w")

    assert (tmp_path / "w").read_bytes() == b"new"


def test_no_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without /proc, no unnamed file is created, as it could never be named."""
    monkeypatch.setattr(atomic, "_by_number", lambda fd: "/nowhere/fd")
    fill(tmp_path / "w")

    assert os.listdir(tmp_path) == ["w"]


@pytest.fixture(params=["EPERM", "EOPNOTSUPP", "ENOSYS", "EMLINK"])
def no_links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Simulate a file system without hard links."""

    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(getattr(errno, request.param), "no")

    monkeypatch.delattr(os, "O_TMPFILE")
    monkeypatch.setattr(os, "link", fail)


@pytest.fixture(params=["one call", "two steps"])
def renames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run with and without the system's own check that the name is free."""
    if request.param == "two steps":
        monkeypatch.setattr(renaming, "_renamed", lambda *args, **kwargs: False)


def test_no_hard_links(no_links: Any, renames: Any, tmp_path: Path) -> None:
    """Without hard links, the new file gets its name by a rename."""
    fill(tmp_path / "w")
    fill(tmp_path / "w", b"newer", replace=True)

    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"newer"


def test_appeared_without_hard_links(no_links: Any, renames: Any, tmp_path: Path) -> None:
    """Without hard links too, a file that appears during writing stays."""
    with pytest.raises(ExistsError) as caught, new_file(f"{tmp_path}/w", 3):
        (tmp_path / "w").write_bytes(b"theirs")

    assert str(caught.value) == f"{tmp_path}/w appeared while it was being written; --force replaces it"
    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"theirs"


def test_link_fails_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that fails for another reason raises an error with the system's own message."""

    def fail(*args: Any, **options: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.delattr(os, "O_TMPFILE")
    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(OutputError) as caught:
        fill(tmp_path / "w")

    assert str(caught.value) == f"cannot write {tmp_path}/w: Input/output error"
    assert os.listdir(tmp_path) == []


KILLED = """
import sys, time
sys.path[:0] = {path!r}
from winitgen.files.output.atomic import new_file
with new_file(sys.argv[1], 1 << 20, replace=True) as fd:
    print("midway", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="needs files without a name, which only Linux has")
def test_killed_midway(tmp_path: Path) -> None:
    """After kill -9 there is the old file and nothing else."""
    (tmp_path / "w").write_bytes(b"old")
    code = KILLED.format(path=sys.path)
    with subprocess.Popen([sys.executable, "-c", code, f"{tmp_path}/w"], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"midway\n"
        process.kill()

    assert os.listdir(tmp_path) == ["w"]
    assert (tmp_path / "w").read_bytes() == b"old"
