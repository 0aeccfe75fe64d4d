import os
import pty
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import DiffersError, ExistsError, OutputError, UsageError
from winitgen.writers import by_name
from winitgen.writers.base import Format
from winitgen.writers.output import write_stdout

SAFETENSORS = by_name("safetensors")
FOLDER = by_name("npy-dir")
ORIGIN = (
    '{{"dtype":"{dtype}","layout":"{layout}","seed":{seed},"spec":{{"model":"{spec}"}},"stream":{stream}}}'
)


def origin(**changed: Any) -> Any:
    """Return the text of a file's provenance, with some of it changed."""
    return ORIGIN.format(
        **{"dtype": "float32", "layout": "torch", "seed": 1, "spec": "m", "stream": 1, **changed}
    )


WHYS = [
    ({"seed": 0}, "differs: its seed is 0, not 1"),
    ({"dtype": "float16"}, "differs: its dtype is float16, not float32"),
    ({"layout": "keras"}, "differs: its layout is keras, not torch"),
    ({"stream": 2}, "differs: its stream is 2, not 1"),
    ({"spec": "other"}, "differs: its spec differs"),
    ({"seed": 0, "dtype": "float16"}, "differs: its seed is 0, not 1"),
    ({"seed": '"' + "x" * 99 + '"'}, "differs: its seed differs"),
    ({"seed": '"\\u001b[2J"'}, "differs: its seed differs"),
    ({"seed": "1" * 60}, "differs: its seed differs"),
    ({}, "differs: same seed, spec and options, other bytes"),
]


@pytest.mark.parametrize(("changed", "why"), WHYS, ids=[str(why)[:40] for _, why in WHYS])
@pytest.mark.parametrize("name", ["safetensors", "npz", "hdf5", "npy-dir"])
def test_existing(
    name: str,
    changed: Any,
    why: Any,
    fake: Any,
    save: Callable[..., str],
    tmp_path: Path,
    digest: Callable[[str | Path], str],
) -> None:
    """An existing file of other bytes stays, and the message says what differs."""
    file_format = by_name(name)
    path = f"{tmp_path}/w{file_format.endings[0]}"
    save(file_format, [fake("a", (5,), shift=1)], path, metadata={"winitgen": origin(**changed)})
    before = digest(path)
    new = {"metadata": {"winitgen": origin()}}
    with pytest.raises(ExistsError) as caught:
        save(file_format, [fake("a", (5,))], path, **new)
    with pytest.raises(DiffersError) as checked:
        save(file_format, [fake("a", (5,))], path, check=True, **new)

    assert str(caught.value) == f"{path} exists and {why}; --force replaces it"
    assert str(checked.value) == f"{path} {why}"
    assert before == digest(path)


def test_force(file_format: Format, place: str, fake: Any, save: Callable[..., str]) -> None:
    """With force the new bytes replace the old, and are then up to date."""
    save(file_format, [fake("a", (5,), shift=1)], place)

    assert save(file_format, [fake("a", (5,))], place, force=True) == "written"
    assert save(file_format, [fake("a", (5,))], place, force=True) == "unchanged"


def test_one_bit(file_format: Format, place: str, fake: Any, save: Callable[..., str]) -> None:
    """A difference in the last byte of the values is found."""
    save(file_format, [fake("a", (5000,))], place)

    class Other(fake):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            values = super().draw(start, count, workspace)
            if start + count == 5000:
                values[-1] += 1
            return values

    with pytest.raises(DiffersError):
        save(file_format, [Other("a", (5000,))], place, check=True)


def test_between_the_pieces(
    file_format: Format, place: str, model: list[Any], save: Callable[..., str]
) -> None:
    """A difference in any byte at all is found, padding included."""
    save(file_format, model, place)
    path = f"{place}index.json" if os.path.isdir(place) else place
    with open(path, "rb") as file:
        content = file.read()
    for position in range(0, len(content), max(1, len(content) // 200)):
        with open(path, "wb") as file:
            file.write(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
        with pytest.raises(DiffersError):
            save(file_format, model, place, check=True)


def test_npy_tells_nothing(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A single npy file cannot say why it differs, so the message does not guess."""
    save(by_name("npy"), [fake("a", (5,), shift=1)], tmp_path / "w.npy")
    with pytest.raises(ExistsError) as caught:
        save(by_name("npy"), [fake("a", (5,))], tmp_path / "w.npy")

    assert str(caught.value) == f"{tmp_path}/w.npy exists and differs; --force replaces it"


@pytest.mark.parametrize("name", ["safetensors", "npz", "hdf5"])
def test_foreign(name: str, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file that another program wrote is called that."""
    (tmp_path / "w").write_bytes(b"anything")
    with pytest.raises(ExistsError) as caught:
        save(by_name(name), [fake("a", (5,))], tmp_path / "w")

    assert str(caught.value) == f"{tmp_path}/w exists and was not written by winitgen; --force replaces it"


@pytest.mark.parametrize("text", ["[]", "{}", "{", '{"other":1}', "[" * 5000, '{"seed":' + "1" * 5000 + "}"])
def test_foreign_provenance(text: Any, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A text that is not winitgen's is not believed, whatever it is."""
    save(SAFETENSORS, [fake("a", (5,), shift=1)], tmp_path / "w", metadata={"winitgen": text})
    with pytest.raises(DiffersError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], tmp_path / "w", check=True)

    assert str(caught.value) == f"{tmp_path}/w was not written by winitgen"


@pytest.mark.parametrize(
    ("letter", "why"),
    [("x", "same seed, spec and options, other bytes"), ("y", "its seed, spec or options differ")],
)
def test_only_a_hash(letter: Any, why: Any, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """Where a file has room for a hash alone, the hash says whether the bytes should agree."""
    old, new = (origin(spec=one * 70_000) for one in (letter, "x"))
    save(by_name("npz"), [fake("a", (5,), shift=1)], tmp_path / "w", metadata={"winitgen": old})
    with pytest.raises(DiffersError) as caught:
        save(by_name("npz"), [fake("a", (5,))], tmp_path / "w", metadata={"winitgen": new}, check=True)

    assert str(caught.value) == f"{tmp_path}/w differs: {why}"


def test_check_of_nothing(
    file_format: Format, place: str, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """Checking what is not there fails, and writes nothing."""
    with pytest.raises(DiffersError) as caught:
        save(file_format, [fake("a", (5,))], place, check=True)

    assert str(caught.value) == f"{place} does not exist"
    assert os.listdir(tmp_path) == []


def test_folder_is_no_file(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A folder under a file's name is never replaced, not even with force."""
    (tmp_path / "w.npz").mkdir()
    with pytest.raises(OutputError) as caught:
        save(by_name("npz"), [fake("a", (5,))], tmp_path / "w.npz", force=True)

    assert str(caught.value) == f"cannot write {tmp_path}/w.npz: it is a folder"


def test_name_of_a_folder_for_a_file(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file cannot take a name that ends in a slash."""
    with pytest.raises(OutputError) as caught:
        save(by_name("npz"), [fake("a", (5,))], f"{tmp_path}/w/")

    assert str(caught.value) == f"cannot write {tmp_path}/w/: npz is a file, and this is a folder's name"


def test_file_is_no_folder(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file under a folder's name is never replaced."""
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", force=True)

    assert str(caught.value) == f"cannot write {tmp_path}/out: it is not a folder"


def test_empty_folder(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """An empty folder is as good as none, but not what a check asks for."""
    (tmp_path / "out").mkdir()
    with pytest.raises(DiffersError) as caught:
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", check=True)

    assert str(caught.value) == f"{tmp_path}/out is empty"
    assert save(FOLDER, [fake("a", (5,))], tmp_path / "out") == "written"


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (None, "it was not written by winitgen"),
        ("{}", "it was not written by winitgen"),
        ('{"tensors":{}}', "it was not written by winitgen"),
        ('{"tensors":{},"winitgen":{}}', "it was not written by winitgen"),
        ('{"tensors":{},"winitgen":{"seed":0}}', "it holds 'notes.txt', which is not in its index.json"),
    ],
)
def test_folder_of_someone_else(
    index: Any, why: Any, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """A folder that is not winitgen's alone is never removed, not even with force."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    if index:
        (tmp_path / "out" / "index.json").write_text(index)
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", force=True)
    with pytest.raises(ExistsError) as unforced:
        save(FOLDER, [fake("a", (5,))], tmp_path / "out")

    assert str(caught.value) == f"cannot replace {tmp_path}/out: {why}"
    assert "--force" not in str(unforced.value)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_folder_with_something_more(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A folder with a file too many is not up to date."""
    save(FOLDER, [fake("a", (5,))], tmp_path / "out")
    (tmp_path / "out" / "b.npy").write_bytes(b"")
    with pytest.raises(DiffersError):
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", check=True)


def test_folder_with_a_folder_for_a_file(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A folder in which a tensor's file is itself a folder is not up to date."""
    save(FOLDER, [fake("a", (5,))], tmp_path / "out")
    (tmp_path / "out" / "a.npy").unlink()
    (tmp_path / "out" / "a.npy").mkdir()
    with pytest.raises(DiffersError):
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", check=True)


@pytest.fixture(params=["null", "made here"])
def device(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Give a device that swallows everything, the system's own and one of ours."""
    path = "/dev/null"
    if request.param == "made here":
        path = f"{tmp_path}/device"
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError:
            pytest.skip("making devices is not allowed here")
    return path


def test_device(file_format: Format, device: Any, fake: Any, save: Callable[..., str]) -> None:
    """A device is written to where that is possible, and never replaced."""
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
    """A device holds nothing that could be checked."""
    with pytest.raises(UsageError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], device, check=True)

    assert str(caught.value) == f"cannot check {device}: it is not a regular file"


@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_pipe(name: str, model: list[Any], save: Callable[..., str], tmp_path: Path) -> None:
    """What comes out of a named pipe are the bytes of the file, and the pipe stays."""
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
    """A socket, which cannot be opened, stays and is refused in the system's own words."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(OutputError) as caught:
            save(SAFETENSORS, [fake("a", (5,))], "socket", force=True)

    assert str(caught.value) == "cannot write socket: No such device or address"


def test_terminal(fake: Any, save: Callable[..., str]) -> None:
    """A terminal is never filled with weights."""
    ours, theirs = pty.openpty()
    with pytest.raises(UsageError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], os.ttyname(theirs))
    with pytest.raises(UsageError) as standard:
        write_stdout(SAFETENSORS, [fake("a", (5,))], {}, theirs)
    name = os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)

    assert str(caught.value) == f"{name} is a terminal; name a file, or send the output somewhere"
    assert str(standard.value) == "standard output is a terminal; name a file, or send the output somewhere"


@pytest.mark.parametrize("name", ["safetensors", "npy"])
def test_standard_output(
    name: str, model: list[Any], save: Callable[..., str], metadata: dict[str, str], tmp_path: Path
) -> None:
    """Standard output gets the bytes of the file."""
    save(by_name(name), model, tmp_path / "file")
    fd = os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY)
    write_stdout(by_name(name), model, metadata, fd)
    os.close(fd)

    assert (tmp_path / "file").read_bytes() == (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("name", ["npz", "hdf5", "npy-dir"])
def test_not_to_standard_output(name: str, fake: Any) -> None:
    """A format that must be written in several places cannot go down a pipe."""
    with pytest.raises(UsageError) as caught:
        write_stdout(by_name(name), [fake("a", (5,))], {})

    assert str(caught.value) == f"{name} cannot be written to standard output; npy and safetensors can"


def test_reader_gone(model: list[Any], metadata: dict[str, str]) -> None:
    """A pipe that nobody reads any more is for the command line to end quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        write_stdout(SAFETENSORS, model, metadata, writing)
    os.close(writing)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a", "b", "a"), "two tensors have the name 'a'"),
        (("",), "the tensor name '' has an empty part, or one of dots alone"),
        (("a//b",), "the tensor name 'a//b' has an empty part, or one of dots alone"),
        (("/a",), "the tensor name '/a' has an empty part, or one of dots alone"),
        (("../../a",), "the tensor name '../../a' has an empty part, or one of dots alone"),
        (("a/./b",), "the tensor name 'a/./b' has an empty part, or one of dots alone"),
        (("a\0b",), "the tensor name 'a\\x00b' holds a character that cannot be printed"),
        (("a\ud800",), "the tensor name 'a\\ud800' holds a character that cannot be printed"),
        (("a\u202eb",), "the tensor name 'a\\u202eb' holds a character that cannot be printed"),
    ],
)
def test_names(
    file_format: Format, place: str, names: tuple[str, ...], message: str, fake: Any, save: Callable[..., str]
) -> None:
    """A name that some format would change, or lead astray with, is refused by all."""
    with pytest.raises(UsageError) as caught:
        save(file_format, [fake(name, (1,)) for name in names], place)

    assert str(caught.value) == message


def test_two_passes(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A comparison and the writing that follows begin anew for the observer."""
    begun = []

    class Observer:
        def begin(self) -> None:
            begun.append(0)

        def see(self, tensor: Any, block: int, values: Any) -> None:
            begun[-1] += values.size

    save(by_name("npy"), [fake("a", (5,), shift=1)], tmp_path / "w")
    save(by_name("npy"), [fake("a", (5,))], tmp_path / "w", force=True, observer=Observer())

    assert begun == [5, 5]


def test_unreadable_target(
    fake: Any, save: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that cannot be looked at is refused in the system's own words."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], "x" * 256)

    assert str(caught.value) == f"cannot write {'x' * 256}: File name too long"
