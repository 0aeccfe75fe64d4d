import os
import pty
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.needed import missing
from winitgen.errors import OutputError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.format import Format
from winitgen.files.output.forward import check_forward, into_stdout
from winitgen.files.output.output_plan import plan_output
from winitgen.files.output.pump import Pump

SAFETENSORS = by_name("safetensors")


FOLDER = by_name("npy-dir")


@pytest.fixture(params=["null", "made here"])
def device(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Give a null device, the system's own and a new one."""
    path = "/dev/null"
    if request.param == "made here":
        path = f"{tmp_path}/device"
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError:
            missing("the right to make devices", "run the tests as root")
    return path


def test_device(file_format: Format, device: Any, fake: Any, save: Callable[..., str]) -> None:
    """A device is written to if the format allows it, and never replaced."""
    try:
        outcome = save(file_format, [fake("a", (5,))], device, force=True)
    except OutputError as error:
        outcome = str(error)
    needs = (
        f"cannot write {device}: {file_format.name} needs a regular file; npy and safetensors can go there"
    )
    refused = f"cannot write {device}: it is not a folder" if file_format == FOLDER else needs

    assert outcome == ("written" if file_format.forward_only else refused)
    assert stat.S_ISCHR(os.stat(device).st_mode)


def test_check_of_a_device(device: Any, fake: Any, save: Callable[..., str]) -> None:
    """A device cannot be checked."""
    with pytest.raises(UsageError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], device, check=True)

    assert str(caught.value) == f"cannot check {device}: it is not a regular file"


@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_pipe(name: str, model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """A named pipe receives the bytes of the file, and stays a pipe."""
    save(by_name(name), model, tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    found = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    save(by_name(name), model, tmp_path / "pipe", threads=3)
    reader.join()

    assert [(tmp_path / "file").read_bytes()] == found
    assert (tmp_path / "pipe").is_fifo()


def test_socket(fake: Any, save: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket, which cannot be opened, stays and is refused with the system's own message."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(OutputError) as caught:
            save(SAFETENSORS, [fake("a", (5,))], "socket", force=True)

    assert str(caught.value) == "cannot write socket: No such device or address"


def test_terminal(fake: Any, save: Callable[..., str]) -> None:
    """Weights are never written to a terminal."""
    ours, theirs = pty.openpty()
    with pytest.raises(UsageError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], os.ttyname(theirs))
    with pytest.raises(UsageError) as standard:
        into_stdout(plan_output(SAFETENSORS, [fake("a", (5,))], {}), Pump(), theirs)
    name = os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)

    assert str(caught.value) == f"{name} is a terminal; name a file, or redirect the output"
    assert str(standard.value) == "standard output is a terminal; name a file, or redirect the output"


@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_standard_output(
    name: str, model: list[Any], save: Callable[..., str], metadata: dict[str, str], tmp_path: Path
) -> None:
    """Standard output receives the bytes of the file."""
    save(by_name(name), model, tmp_path / "file")
    fd = os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY)
    into_stdout(plan_output(by_name(name), model, metadata), Pump(3), fd)
    os.close(fd)

    assert (tmp_path / "file").read_bytes() == (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("name", ["npz", "hdf5", "npy-dir"])
def test_not_to_standard_output(name: str) -> None:
    """A format that is not written sequentially cannot be piped."""
    with pytest.raises(UsageError) as caught:
        check_forward(by_name(name))

    assert str(caught.value) == f"{name} cannot be written to standard output; npy and safetensors can"


def test_reader_gone(model: list[Any], metadata: dict[str, str]) -> None:
    """A broken pipe is passed on, so that the command line ends quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        into_stdout(plan_output(SAFETENSORS, model, metadata), Pump(), writing)
    os.close(writing)
