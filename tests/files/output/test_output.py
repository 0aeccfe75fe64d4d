import errno
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.conftest import RECIPE
from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError, UsageError
from winitgen.files.formats import by_name
from winitgen.files.formats.format import Format
from winitgen.files.output.observed import Observed

SAFETENSORS = by_name("safetensors")


FOLDER = by_name("npy-dir")


def test_force(file_format: Format, target: str, fake: Any, save: Callable[..., str]) -> None:
    """With force the new bytes replace the old ones, and are then up to date."""
    save(file_format, [fake("a", (5,), shift=1)], target)

    assert save(file_format, [fake("a", (5,))], target, force=True) == "written"
    assert save(file_format, [fake("a", (5,))], target, force=True) == "unchanged"


def test_check_of_nothing(
    file_format: Format, target: str, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """Checking a missing file fails, and writes nothing."""
    with pytest.raises(DiffersError) as caught:
        save(file_format, [fake("a", (5,))], target, check=True)

    assert str(caught.value) == f"{target} does not exist"
    assert os.listdir(tmp_path) == []


def test_folder_is_no_file(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A folder is never replaced by a file, not even with force."""
    (tmp_path / "w.npz").mkdir()
    with pytest.raises(OutputError) as caught:
        save(by_name("npz"), [fake("a", (5,))], tmp_path / "w.npz", force=True)

    assert str(caught.value) == f"cannot write {tmp_path}/w.npz: it is a folder"


def test_file_is_no_folder(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file is never replaced by a folder."""
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", force=True)

    assert str(caught.value) == f"cannot write {tmp_path}/out: it is not a folder"


def test_empty_folder(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """An empty folder is filled, but is not up to date in a check."""
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
        ('{"tensors":{}}', "it carries no recipe of winitgen"),
        ('{"tensors":{},"winitgen":{}}', "it was not written by winitgen"),
        ('{"tensors":{},"winitgen":{"seed":0}}', "it was not written by winitgen"),
        (f'{{"tensors":{{}},"winitgen":{RECIPE}}}', "it holds 'notes.txt', which is not in its index.json"),
        (
            f'{{"tensors":{{"notes":{{"file":"notes.txt"}}}},"winitgen":{RECIPE}}}',
            "it holds 'notes.txt', and winitgen calls no file of its tensors so",
        ),
    ],
)
def test_folder_of_someone_else(
    index: Any, why: Any, fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """A folder with other programs' files is never removed, not even with force."""
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
    """A folder with an extra file is not up to date."""
    save(FOLDER, [fake("a", (5,))], tmp_path / "out")
    (tmp_path / "out" / "b.npy").write_bytes(b"")
    with pytest.raises(DiffersError):
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", check=True)


def test_folder_with_a_folder_for_a_file(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A folder in which a tensor's file is itself a folder is not up to date, and not replaced."""
    save(FOLDER, [fake("a", (5,))], tmp_path / "out")
    (tmp_path / "out" / "a.npy").unlink()
    (tmp_path / "out" / "a.npy").mkdir()
    (tmp_path / "out" / "a.npy" / "mine").touch()
    with pytest.raises(DiffersError):
        save(FOLDER, [fake("a", (5,))], tmp_path / "out", check=True)
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (6,))], tmp_path / "out", force=True)

    assert str(caught.value) == f"cannot replace {tmp_path}/out: it holds the folder 'a.npy'"
    assert (tmp_path / "out" / "a.npy" / "mine").exists()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a", "b", "a"), "two tensors have the name 'a'"),
        (("",), "the tensor name '' has a path segment that is empty, '.' or '..'"),
        (("a//b",), "the tensor name 'a//b' has a path segment that is empty, '.' or '..'"),
        (("/a",), "the tensor name '/a' has a path segment that is empty, '.' or '..'"),
        (("../../a",), "the tensor name '../../a' has a path segment that is empty, '.' or '..'"),
        (("a/./b",), "the tensor name 'a/./b' has a path segment that is empty, '.' or '..'"),
        (("a\0b",), "the tensor name 'a\\x00b' holds a character that cannot be printed"),
        (("a\ud800",), "the tensor name 'a\\ud800' holds a character that cannot be printed"),
        (("a\u202eb",), "the tensor name 'a\\u202eb' holds a character that cannot be printed"),
    ],
)
def test_names(
    file_format: Format,
    target: str,
    names: tuple[str, ...],
    message: str,
    fake: Any,
    save: Callable[..., str],
) -> None:
    """A name that some format would change or misplace is refused by all formats."""
    with pytest.raises(UsageError) as caught:
        save(file_format, [fake(name, (1,)) for name in names], target)

    assert str(caught.value) == message


@pytest.mark.parametrize("shape", [(2**61,), (2**40, 2**40)], ids=["2^63", "2^82"])
def test_no_file_is_that_large(
    file_format: Format,
    target: str,
    shape: tuple[int, ...],
    fake: Any,
    save: Callable[..., str],
    tmp_path: Path,
) -> None:
    """More bytes than a file can have are refused in every format, before anything is written."""
    with pytest.raises(UsageError) as caught:
        save(file_format, [fake("a", shape)], target)

    size = f"{4 * math.prod(shape):,}"
    assert str(caught.value) == f"these tensors take {size} bytes; no file can be that large"
    assert os.listdir(tmp_path) == []


def test_no_room_for_the_header(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """The bytes that the format adds count too."""
    with pytest.raises(UsageError) as caught:
        save(by_name("npy"), [fake("a", (2**63 - 1,), "float8_e4m3fn")], tmp_path / "w.npy")

    size = f"{2**63 - 1 + 128:,}"
    assert str(caught.value) == f"these tensors take {size} bytes; no file can be that large"


def test_two_passes(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A comparison and the writing after it each pass all values to the observers."""
    seen = []
    observed = Observed(fake("a", (5,)), [lambda start, values, workspace: seen.append((start, values.size))])

    save(by_name("npy"), [fake("a", (5,), shift=1)], tmp_path / "w")
    save(by_name("npy"), [observed], tmp_path / "w", force=True)

    assert seen == [(0, 5), (0, 5)]


def while_drawn(fake: Any, act: Callable[[], object]) -> Any:
    """Return a tensor that runs an action once, while it is drawn."""
    left = [act]

    class Watched(fake):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            if left:
                left.pop()()
            return super().draw(start, count, workspace)

    return Watched("a", (5,))


def test_same_run_was_faster(file_format: Format, target: str, fake: Any, save: Callable[..., str]) -> None:
    """Of two equal concurrent runs, the slower one finds the file up to date."""
    slow = while_drawn(fake, lambda: save(file_format, [fake("a", (5,))], target))

    assert save(file_format, [slow], target) == "unchanged"


def test_other_run_was_faster(
    file_format: Format, target: str, fake: Any, save: Callable[..., str], digest: Callable[[str], str]
) -> None:
    """Of two different concurrent runs, the slower one fails, and the faster one's file stays."""
    seen = []

    def other() -> None:
        save(file_format, [fake("a", (5,), shift=1)], target)
        seen.append(digest(target))

    with pytest.raises(ExistsError) as caught:
        save(file_format, [while_drawn(fake, other)], target)

    assert str(caught.value).startswith(f"{target} appeared while it was being written")
    assert [digest(target)] == seen


def test_file_where_the_folder_was_to_be(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file that appears under a folder's name stays, even with force."""
    tensor = while_drawn(fake, lambda: (tmp_path / "out").write_bytes(b"theirs"))
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [tensor], tmp_path / "out", force=True)

    assert str(caught.value) == f"cannot write {tmp_path}/out: it is not a folder"
    assert (tmp_path / "out").read_bytes() == b"theirs"


def test_folder_of_someone_else_appears(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """Another program's folder that appears during writing stays, even with force."""

    def act() -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "notes.txt").write_text("mine")

    with pytest.raises(OutputError) as caught:
        save(FOLDER, [while_drawn(fake, act)], tmp_path / "out", force=True)

    assert str(caught.value) == f"cannot replace {tmp_path}/out: it was not written by winitgen"
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_unreadable_target(
    fake: Any, save: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target that cannot be inspected is refused with the system's own message."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], "x" * 256)

    assert str(caught.value) == f"cannot write {'x' * 256}: File name too long"


@pytest.mark.parametrize(
    ("check", "error", "message"),
    [
        (True, UnreadableError, "cannot read {path}: Permission denied"),
        (False, OutputError, "cannot write {path}: Permission denied"),
    ],
    ids=["check", "write"],
)
def test_existing_that_may_not_be_read(
    file_format: Format,
    target: str,
    check: Any,
    error: type[Exception],
    message: str,
    fake: Any,
    save: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An unreadable target is an input error in a check, and an output error otherwise."""
    save(file_format, [fake("a", (5,))], target)
    opened = os.open

    def deny(path: Any, *args: Any, **options: Any) -> int:
        if str(path).startswith(target):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *args, **options)

    monkeypatch.setattr(os, "open", deny)
    with pytest.raises(error) as caught:
        save(file_format, [fake("a", (5,))], target, check=check)

    assert type(caught.value) is error
    assert str(caught.value) == message.format(path=target)


@pytest.mark.parametrize(
    ("call", "answer", "why"),
    [
        ("os.path.ismount", True, "it is a mount point"),
        ("os.access", False, "the folder around it cannot be written"),
    ],
)
def test_a_folder_that_cannot_be_renamed(
    call: str,
    answer: Any,
    why: str,
    fake: Any,
    save: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder is replaced by another one, which its own permissions do not allow."""
    place = tmp_path / "volume"
    place.mkdir()
    monkeypatch.setattr(call, lambda *_: answer)
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (5,))], place)

    advice = "and a folder is replaced as a whole; name a folder in it"
    assert f"cannot replace {place}: {why}, {advice}" == str(caught.value)
    assert not os.listdir(place)
    assert ["volume"] == os.listdir(tmp_path)


@pytest.mark.parametrize("path", ["./", ".", "../here", "link/"])
@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("old", [True, False], ids=["old weights", "empty"])
def test_working_directory(
    path: str,
    force: Any,
    old: Any,
    fake: Any,
    save: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The working directory is never replaced, which would leave the shell in a deleted folder."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (tmp_path / "link").symlink_to("here")
    path = f"{tmp_path}/link/" if path == "link/" else path
    if old:
        save(FOLDER, [fake("a", (5,), shift=1)], tmp_path / "out")
        for file in (tmp_path / "out").iterdir():
            file.rename(here / file.name)
    before = os.listdir(here)
    with pytest.raises(OutputError) as caught:
        save(FOLDER, [fake("a", (5,))], path, force=force)

    assert str(caught.value) == (
        f"{path} exists and differs: same seed, spec and options, but other bytes"
        if old and not force
        else f"cannot replace {path}: it is the working directory; name another folder, such as weights/"
    )
    assert os.listdir(here) == before
    assert os.path.samefile(here, ".")
