import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from winitgen.files.formats.format import FilePlan, FixedBytes
from winitgen.files.output.sinks import Forward, against_file, into_file, into_pipe


@pytest.fixture
def fd(tmp_path: Path) -> Any:
    """Give the descriptor of an empty file."""
    number = os.open(tmp_path / "file", os.O_CREAT | os.O_RDWR)
    yield number
    os.close(number)


def test_short_and_interrupted_writes(fd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte is written, even if the system takes three at a time and is interrupted."""
    calls = []
    pwrite = os.pwrite

    def few(number: Any, content: bytes, offset: Any) -> Any:
        calls.append(offset)
        if len(calls) % 2:
            raise InterruptedError
        return pwrite(number, content[:3], offset)

    monkeypatch.setattr(os, "pwrite", few)
    into_file(fd)(2, memoryview(b"0123456789"))

    assert os.pread(fd, 100, 0) == b"\0\x000123456789"


def test_nothing_written(fd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that accepts no byte is reported as full."""
    monkeypatch.setattr(os, "pwrite", lambda *args: 0)
    with pytest.raises(OSError, match="No space left on device") as caught:
        into_file(fd)(0, b"abc")

    assert caught.value.errno == errno.ENOSPC


def test_against_a_file(fd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is compared byte for byte, with short reads; bytes after its end never match."""
    os.pwrite(fd, b"0123456789", 0)
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda number, count, offset: pread(number, min(count, 3), offset))
    same = against_file(fd)

    assert same(2, memoryview(b"23456789"))
    assert not same(2, b"2345678x")
    assert not same(8, b"890")


def test_hints_change_nothing(fd: Any) -> None:
    """The same bytes are written with write-back hints."""
    content = os.urandom(1 << 20)
    put = into_file(fd, early=True)
    for index in range(20):
        assert put(index << 20, content)

    assert os.pread(fd, 20 << 20, 0) == content * 20


def test_without_hints(fd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system has no write-back hints, everything is written without them."""
    monkeypatch.setattr("winitgen.files.output.sinks._sync_file_range", lambda: None)
    content = os.urandom(9 << 20)

    assert into_file(fd, early=True)(0, content)
    assert os.pread(fd, 10 << 20, 0) == content


def test_forward() -> None:
    """Fixed bytes, values and the zeros between them go down a pipe in order, even a slow one."""
    plan = FilePlan(
        300_012, [FixedBytes(0, b"head"), FixedBytes(300_005, b"tail"), FixedBytes(10, b"mid")], []
    )
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    found = []

    def read() -> None:
        with os.fdopen(reading, "rb") as file:
            found.append(file.read())

    reader = threading.Thread(target=read)
    reader.start()
    sink = Forward(into_pipe(writing), plan)
    sink(6, b"VAL")
    sink(13, b"x" * 299_990)
    sink.close()
    os.close(writing)
    reader.join()

    assert found == [b"head\0\0VAL\0mid" + b"x" * 299_990 + b"\0\0tail\0\0\0"]
