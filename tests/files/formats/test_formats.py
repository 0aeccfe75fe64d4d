"""Properties of every format, including future ones."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.files.conftest import recipe_in
from winitgen.errors import UnreadableError
from winitgen.files.formats import by_path
from winitgen.files.formats.format import FilePlan, Format, byte_count
from winitgen.files.input import open_weights
from winitgen.files.output.observed import Observed

# The SHA-256 of `model` in each format: a change here changes every user's files.
GOLDEN = {
    "hdf5": "8348c9e065145a38dd9d76a176e4a48aadeace6873e8329d7cc5ba71148ba1c2",
    "keras-h5": "66465e6bad8c398d13dca55a1c8405d8ccd6514984f1db302f2e98686b497c8d",
    "npy": "61bf61479c9807f230a1f96baacbd82d0970c79bef27095b7dc39eaa731202fd",
    "npy-dir": "e1197cccacd89a1b1ce7a39442b84dd9a1b6315fab47817817083ec93371342d",
    "npz": "3db99be08fdd7e362b7a43469af2eade69b6b012173dbba9f24e09527ba44b0e",
    "safetensors": "fdb218b1800586d5a24a67dd94355b66a1b1b95a4c972f507f67db3b11837f6c",
}


def plans(file_format: Format, tensors: Any, metadata: dict[str, str]) -> Any:
    """Return the plans of a format's files; a folder has several."""
    plan = file_format.lay_out(tensors, metadata)
    return [plan] if isinstance(plan, FilePlan) else list(plan.values())


def test_golden(
    file_format: Format,
    target: str,
    model: list[Any],
    save: Callable[..., str],
    digest: Callable[[str | Path], str],
) -> None:
    """The bytes are those of every earlier release, on every machine."""
    save(file_format, model, target)

    assert GOLDEN[file_format.name] == digest(target)


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [7, 1000, 1 << 17])
def test_threads_and_blocks(
    file_format: Format,
    target: str,
    model: list[Any],
    save: Callable[..., str],
    digest: Callable[[str | Path], str],
    threads: int,
    block: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bytes depend neither on the number of threads nor on the size of a block."""
    monkeypatch.setattr("winitgen.numeric.threads.WORTH_A_THREAD", 0)
    save(file_format, model, target, threads=threads, block=block, fsync=False)

    assert GOLDEN[file_format.name] == digest(target)


def test_blocks_of_one(
    file_format: Format,
    target: str,
    fake: Any,
    save: Callable[..., str],
    digest: Callable[[str | Path], str],
    tmp_path: Path,
) -> None:
    """Blocks of a single element give the same bytes as well."""
    tensors = [fake("a.w", (3, 5)), fake("b.w", (70,), "bfloat16")]
    save(file_format, tensors, target)
    other = f"{tmp_path}/other{file_format.endings[0]}"
    save(file_format, tensors, other, block=1, threads=2)

    assert digest(target) == digest(other)


def test_nothing_overlaps(file_format: Format, model: list[Any], metadata: dict[str, str]) -> None:
    """Fixed bytes and spans do not overlap, lie inside the file, and cover its last byte."""
    for plan in plans(file_format, model, metadata):
        late = plan.finish([0] * len(plan.spans)) if plan.finish else ()
        runs = [(offset, len(content)) for offset, content in [*plan.fixed, *late]]
        runs += [(span.offset, byte_count(span.tensor)) for span in plan.spans]
        runs = sorted(run for run in runs if run[1])
        ends = [offset + size for offset, size in runs]

        assert all(end <= offset for end, (offset, _) in zip(ends, runs[1:], strict=False))
        assert plan.size == ends[-1]


def test_recipe(
    file_format: Format, target: str, model: list[Any], save: Callable[..., str], metadata: dict[str, str]
) -> None:
    """A file carries the given recipe, if its format can; it is read with or without the arrays."""
    save(file_format, model, target)
    expected = metadata["winitgen"] if file_format.carries_recipe else None

    assert expected == recipe_in(target)
    with open_weights(target) as weights:
        assert (expected, len(model)) == (weights.recipe, len(weights.tensors))


def test_the_container_is_known_with_the_recipe(
    file_format: Format, target: str, model: list[Any], save: Callable[..., str]
) -> None:
    """The reader reports the format's name, or that of its container."""
    save(file_format, model, target)
    with open_weights(target, recipe_only=True) as found, open_weights(target) as whole:
        assert (file_format.container or file_format.name) == found.format == whole.format
        assert [] == list(found.tensors)


def test_long_recipe_with_letters(
    file_format: Format, target: str, model: list[Any], save: Callable[..., str]
) -> None:
    """A large spec with any characters is read back, or its hash if the format cannot hold it."""
    text = '{"seed":0,"spec":"' + "ü漢" * 50_000 + '"}'
    save(file_format, model, target, metadata={"winitgen": text})
    expected = text if file_format.carries_recipe else None
    found = recipe_in(target)
    if file_format.name == "npz":
        expected = '{"sha256":"' + hashlib.sha256(text.encode()).hexdigest() + '"}'

    assert expected == found


def test_no_metadata(file_format: Format, target: str, model: list[Any], save: Callable[..., str]) -> None:
    """A file without metadata is written, and carries no recipe."""
    save(file_format, model, target, metadata={})

    assert recipe_in(target) is None


def test_twice(
    file_format: Format,
    target: str,
    model: list[Any],
    save: Callable[..., str],
    digest: Callable[[str | Path], str],
) -> None:
    """Writing the same bytes again leaves the file untouched."""
    save(file_format, model, target)
    before = os.stat(target).st_ino, os.stat(target).st_mtime_ns

    assert save(file_format, model, target, check=True) == "unchanged"
    assert save(file_format, model, target) == "unchanged"
    assert before == (os.stat(target).st_ino, os.stat(target).st_mtime_ns)


def test_found_by_ending(file_format: Format) -> None:
    """Every ending selects its format, in upper case too."""
    for ending in file_format.endings:
        assert file_format == by_path("some/model.v1" + ending)
        assert file_format == by_path("some/model.v1" + ending.upper())


def test_many_small_tensors(file_format: Format, target: str, fake: Any, save: Callable[..., str]) -> None:
    """More tensors are written than a process may have files open."""
    tensors = [fake(f"t{index}", (1,)) for index in range(3 if file_format.name == "npy" else 1500)]

    assert save(file_format, tensors, target, fsync=False) == "written"
    assert save(file_format, tensors, target) == "unchanged"


def message_from(path: str) -> str:
    """Return the recipe in a file, or the message of the error."""
    try:
        return recipe_in(path) or ""
    except UnreadableError as error:
        return str(error)


@pytest.mark.parametrize("positions", [20, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_damaged(
    file_format: Format, positions: int, target: str, fake: Any, save: Callable[..., str]
) -> None:
    """A file truncated or altered anywhere is either read or refused in one line."""
    save(file_format, [fake("a.w", (3,)), fake("b", (2,), "float8_e5m2")], target)
    text = Path(target) / "index.json" if Path(target).is_dir() else Path(target)
    whole = text.read_bytes()
    if "h5" in file_format.endings[0]:
        positions = min(
            positions, 60
        )  # each is read in a process of its own; `hostile/files` damages more of them
    step = max(1, len(whole) // positions)
    for position in range(0, len(whole), step):
        text.write_bytes(whole[:position])
        assert message_from(target).count("\n") == 0
        for value in (0x00, 0xFF, whole[position] ^ 1):
            text.write_bytes(whole[:position] + bytes([value]) + whole[position + 1 :])
            assert message_from(target).count("\n") == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff" * 100, os.urandom(3000)])
def test_foreign(file_format: Format, target: str, content: bytes) -> None:
    """Bytes of another kind are refused in one line."""
    path = Path(target)
    if file_format.endings == ("/",):
        path.mkdir()
        path /= "index.json"
    path.write_bytes(content)

    with pytest.raises(UnreadableError):
        recipe_in(target)


def test_missing(file_format: Format, target: str) -> None:
    """A missing file is refused with the system's own message."""
    with pytest.raises(UnreadableError) as caught:
        recipe_in(target)

    assert str(caught.value).startswith("cannot read ")
    assert str(caught.value).endswith(": No such file or directory")


def test_a_pipe_is_not_waited_for(file_format: Format, target: str) -> None:
    """A pipe is refused without waiting for a writer."""
    path = Path(target)
    if file_format.endings == ("/",):
        path.mkdir()
        path /= "index.json"
    os.mkfifo(path)

    with pytest.raises(UnreadableError) as caught:
        recipe_in(target)
    assert str(caught.value) == f"cannot read {path}: it is not a regular file"


def test_large_file_in_little_memory(file_format: Format, fake: Any, metadata: dict[str, str]) -> None:
    """A plan of terabytes takes no more memory than its headers."""
    plans(file_format, [fake("w", (1 << 20, 1 << 20))], metadata)
    if file_format.name != "npy":
        found = plans(file_format, [fake("v", (5,)), fake("w", (1 << 20, 1 << 20))], metadata)

        assert sum(plan.size for plan in found) > 1 << 42


def test_observers_see_each_block_once(
    file_format: Format, target: str, model: list[Any], save: Callable[..., str]
) -> None:
    """Every observer of a tensor sees all of its blocks, and no other tensor's."""
    seen: list[list[tuple[int, list[Any]]]] = [[] for _ in model]
    again: list[list[tuple[int, list[Any]]]] = [[] for _ in model]

    def note(found: list[tuple[int, list[Any]]]) -> Any:
        return lambda start, values, workspace: found.append((start, list(values)))

    observed = [
        Observed(tensor, [note(one), note(other)])
        for tensor, one, other in zip(model, seen, again, strict=True)
    ]
    save(file_format, observed, target, block=1000)
    expected = [
        [
            (start, list(tensor.values().flat[start : start + 1000]))
            for start in range(0, tensor.values().size, 1000)
        ]
        for tensor in model
    ]

    assert expected == seen == again


def test_progress_reaches_the_end(
    file_format: Format, target: str, model: list[Any], save: Callable[..., str]
) -> None:
    """The last reported progress is the number of bytes of all tensors."""
    reported = []
    save(file_format, model, target, progress=reported.append)

    assert sum(byte_count(tensor) for tensor in model) == reported[-1]
    assert reported == sorted(reported)
