import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from winitgen.errors import DiffersError, ExistsError, OutputError, UnreadableError
from winitgen.files.formats import by_name
from winitgen.files.formats.format import Format
from winitgen.files.input.opening import reading

SAFETENSORS = by_name("safetensors")


RECIPE = (
    '{{"dtype":"{dtype}","layout":"{layout}","seed":{seed},"spec":{{"model":"{spec}"}},"stream":{stream}}}'
)


def recipe(**changed: Any) -> Any:
    """Return the text of a file's recipe with some keys changed."""
    return RECIPE.format(
        **{"dtype": "float32", "layout": "torch", "seed": 1, "spec": "m", "stream": 1, **changed}
    )


WHYS = [
    ({"seed": 0}, "differs: its seed is 0, not 1"),
    ({"dtype": "float16"}, "differs: its dtype is float16, not float32"),
    ({"layout": "keras"}, "differs: its layout is keras, not torch"),
    ({"stream": 2}, "differs: its stream is 2, not 1"),
    ({"spec": "other"}, "differs: its spec differs"),
    ({"seed": 0, "dtype": "float16"}, "differs: its seed is 0, not 1"),
    ({"dtype": "x" * 99}, "differs: its dtype differs"),
    ({"dtype": "\\u001b[2J"}, "differs: its dtype differs"),
    ({"seed": "1" * 60}, "differs: its seed differs"),
    ({}, "differs: same seed, spec and options, but other bytes"),
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
    """An existing file with other bytes stays, and the message says what differs."""
    file_format = by_name(name)
    path = f"{tmp_path}/w{file_format.endings[0]}"
    save(file_format, [fake("a", (5,), shift=1)], path, metadata={"winitgen": recipe(**changed)})
    before = digest(path)
    new = {"metadata": {"winitgen": recipe()}}
    with pytest.raises(ExistsError) as caught:
        save(file_format, [fake("a", (5,))], path, **new)
    with pytest.raises(DiffersError) as checked:
        save(file_format, [fake("a", (5,))], path, check=True, **new)

    assert str(caught.value) == f"{path} exists and {why}; --force replaces it"
    assert str(checked.value) == f"{path} {why}"
    assert before == digest(path)


def test_one_bit(file_format: Format, target: str, fake: Any, save: Callable[..., str]) -> None:
    """A difference in the last byte of the values is found."""
    save(file_format, [fake("a", (5000,))], target)

    class Other(fake):
        def draw(self, start: int, count: int, workspace: Any) -> Any:
            values = super().draw(start, count, workspace)
            if start + count == 5000:
                values[-1] += 1
            return values

    with pytest.raises(DiffersError):
        save(file_format, [Other("a", (5000,))], target, check=True)


@pytest.mark.parametrize("positions", [25, pytest.param(200, marks=pytest.mark.slow)])
def test_between_the_spans(
    file_format: Format, positions: int, target: str, model: list[Any], save: Callable[..., str]
) -> None:
    """A difference in any byte is found, including padding."""
    save(file_format, model, target)
    path = f"{target}index.json" if os.path.isdir(target) else target
    with open(path, "rb") as file:
        content = file.read()
    for position in range(0, len(content), max(1, len(content) // positions)):
        with open(path, "wb") as file:
            file.write(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
        with pytest.raises(DiffersError):
            save(file_format, model, target, check=True)


def test_npy_tells_nothing(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A single npy file cannot say why it differs, so the message does not guess."""
    save(by_name("npy"), [fake("a", (5,), shift=1)], tmp_path / "w.npy")
    with pytest.raises(ExistsError) as caught:
        save(by_name("npy"), [fake("a", (5,))], tmp_path / "w.npy")

    assert str(caught.value) == f"{tmp_path}/w.npy exists and differs; --force replaces it"


@pytest.mark.parametrize("name", ["safetensors", "npz", "hdf5"])
def test_foreign(name: str, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A file from another program is reported as such."""
    (tmp_path / "w").write_bytes(b"anything")
    with pytest.raises(ExistsError) as caught:
        save(by_name(name), [fake("a", (5,))], tmp_path / "w")

    assert str(caught.value) == f"{tmp_path}/w exists and was not written by winitgen; --force replaces it"


def test_a_disk_that_fails(
    fake: Any, save: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that the disk fails to read is not reported as another program's."""

    def fail(path: Path) -> Any:
        with reading(path):
            raise OSError(5, "Input/output error")

    save(SAFETENSORS, [fake("a", (5,), shift=1)], tmp_path / "w")
    monkeypatch.setattr("winitgen.files.input.containers.watched", fail)
    with pytest.raises(OutputError) as written:
        save(SAFETENSORS, [fake("a", (5,))], tmp_path / "w")
    with pytest.raises(UnreadableError) as checked:
        save(SAFETENSORS, [fake("a", (5,))], tmp_path / "w", check=True)

    assert str(written.value) == f"cannot write {tmp_path}/w: Input/output error"
    assert str(checked.value) == f"cannot read {tmp_path}/w: Input/output error"


@pytest.mark.parametrize(
    "text", ["[]", "{}", "{", '{"other":1}', "[" * 5000, '{"seed":' + "1" * 5000 + "}", recipe(seed='"1"')]
)
def test_foreign_recipe(text: Any, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """A text that is not a valid recipe is not taken for one."""
    save(SAFETENSORS, [fake("a", (5,), shift=1)], tmp_path / "w", metadata={"winitgen": text})
    with pytest.raises(DiffersError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], tmp_path / "w", check=True)

    assert str(caught.value) == f"{tmp_path}/w was not written by winitgen"


@pytest.mark.parametrize(
    ("letter", "why"),
    [("x", "same seed, spec and options, but other bytes"), ("y", "its seed, spec or options differ")],
)
def test_only_a_hash(letter: Any, why: Any, fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """If a file carries only the hash of its recipe, the hash is compared."""
    old, new = (recipe(spec=one * 70_000) for one in (letter, "x"))
    save(by_name("npz"), [fake("a", (5,), shift=1)], tmp_path / "w", metadata={"winitgen": old})
    with pytest.raises(DiffersError) as caught:
        save(by_name("npz"), [fake("a", (5,))], tmp_path / "w", metadata={"winitgen": new}, check=True)

    assert str(caught.value) == f"{tmp_path}/w differs: {why}"


def test_a_file_that_was_cut_short_has_its_recipe(
    fake: Any, save: Callable[..., str], tmp_path: Path
) -> None:
    """The recipe is read without the values: a truncated file is not reported as another program's."""
    path = tmp_path / "w.safetensors"
    save(SAFETENSORS, [fake("a", (5,))], path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DiffersError) as caught:
        save(SAFETENSORS, [fake("a", (5,))], path, check=True)

    assert str(caught.value) == f"{path} differs: same seed, spec and options, but other bytes"


def test_a_file_of_another_container(fake: Any, save: Callable[..., str], tmp_path: Path) -> None:
    """The recipe of a file in another container is not compared."""
    save(SAFETENSORS, [fake("a", (5,))], tmp_path / "w")
    with pytest.raises(DiffersError) as caught:
        save(by_name("npz"), [fake("a", (5,))], tmp_path / "w", check=True)

    assert str(caught.value) == f"{tmp_path}/w was not written by winitgen"
