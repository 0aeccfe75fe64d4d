"""One file and shards that two runs write into a folder at the same time: the later run leaves no second model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.files.shards.conftest import LIMIT, SPEC
from tests.files.shards.test_present import INDEX, SHARDS
from winitgen.errors import ExistsError, OutputError
from winitgen.files.output import publish
from winitgen.files.shards import writing
from winitgen.writing import finalizing

ALONE = "model.safetensors"
INTO_ONE: dict[str, Any] = {"max_shard_size": "1GB"}
INTO_SHARDS: dict[str, Any] = {"max_shard_size": LIMIT}
Run = tuple[str, dict[str, Any]]
"""What follows the folder in the path of an output, and the options."""

ONE_FILE: Run = ALONE, {}
ONE_SHARD: Run = "", INTO_ONE
SEVERAL: Run = "", INTO_SHARDS
OF_TWO: Run = "", {"max_shard_size": "0.25KB"}
TWO_SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", INDEX]
MODEL = sorted([*SHARDS, INDEX])


def run(folder: Path, kind: Run, **options: Any) -> str:
    """Write the model; return what became of it."""
    name, given = kind
    return winitgen.write(SPEC, f"{folder}/{name}", fsync=False, threads=1, **{**given, **options}).status


def once(act: Callable[[], object]) -> Callable[..., object]:
    """Return a function that acts when it is first called."""
    done: list[object] = []
    return lambda *_: done or done.append(act())


@pytest.mark.parametrize(
    ("later", "earlier", "left", "named"),
    [
        (ONE_FILE, SEVERAL, MODEL, INDEX),
        (ONE_SHARD, SEVERAL, MODEL, SHARDS[0]),
        (SEVERAL, ONE_FILE, [ALONE], ALONE),
        (SEVERAL, ONE_SHARD, [ALONE], ALONE),
        (OF_TWO, SEVERAL, MODEL, INDEX),
        (SEVERAL, OF_TWO, sorted(TWO_SHARDS), INDEX),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_another_run_that_ends_while_values_are_drawn(
    out: Path, later: Run, earlier: Run, left: list[str], named: str, force: bool
) -> None:
    """The run that ends first is whole; the later one writes nothing, says why, and is not forced either."""
    out.mkdir()
    between = once(lambda: run(out, earlier, seed=1))
    with pytest.raises(OutputError if force else ExistsError) as caught:
        run(out, later, progress=between, force=force)

    forced = "was written by another run at the same time; run this one again"
    text = "belongs to another run, and readers may take it for a part of this model; --force removes it"
    assert str(caught.value) == f"{out}/{named} {forced if force else text}"
    assert left == sorted(os.listdir(out))
    assert "unchanged" == run(out, earlier, seed=1)


def test_shards_that_appear_in_the_place_of_those_that_force_removes(out: Path) -> None:
    """They are not the ones that were seen, and stay; the file goes again."""
    out.mkdir()
    run(out, SEVERAL)
    with pytest.raises(OutputError) as caught:
        run(out, ONE_FILE, force=True, progress=once(lambda: run(out, SEVERAL, seed=1, force=True)))

    text = "was replaced by another program at the same time, and stays; run this one again"
    assert str(caught.value) == f"{out}/{INDEX} {text}"
    assert MODEL == sorted(os.listdir(out))


def made(folder: Path, kind: Run) -> Callable[[], None]:
    """Return what moves another run's files to the output, all at once."""
    apart = folder.parent / "apart"
    apart.mkdir()
    run(apart, kind, seed=1)
    return lambda: [path.rename(folder / path.name) for path in sorted(apart.iterdir())] and None


def then(call: Callable[..., Any], act: Callable[[], None]) -> Callable[..., Any]:
    """Return a function that does what ``call`` does, and then acts."""

    def both(*given: Any, **named: Any) -> Any:
        result = call(*given, **named)
        act()
        return result

    return both


def test_shards_that_appear_once_the_file_has_its_name(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is removed again: their run may have looked before."""
    out.mkdir()
    monkeypatch.setattr(publish, "publish", then(publish.publish, made(out, SEVERAL)))
    with pytest.raises(ExistsError) as caught:
        run(out, ONE_FILE)

    assert str(caught.value).startswith(f"{out}/{INDEX} belongs to another run")
    assert MODEL == sorted(os.listdir(out))


def test_shards_that_appear_beside_a_file_that_was_there(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not this run's, and stays."""
    out.mkdir()
    run(out, ONE_FILE)
    monkeypatch.setattr(publish, "publish", then(publish.publish, made(out, SEVERAL)))
    with pytest.raises(ExistsError):
        run(out, ONE_FILE)

    assert sorted([*MODEL, ALONE]) == sorted(os.listdir(out))


def test_the_file_that_force_would_have_replaced(out: Path) -> None:
    """It is not replaced beside shards that have appeared."""
    out.mkdir()
    run(out, ONE_FILE)
    before = (out / ALONE).read_bytes()
    with pytest.raises(OutputError):
        run(out, ONE_FILE, seed=2, force=True, progress=once(made(out, SEVERAL)))

    assert before == (out / ALONE).read_bytes()


@pytest.mark.parametrize("ranks", [False, True])
def test_a_file_that_appears_once_there_is_an_index(
    out: Path, monkeypatch: pytest.MonkeyPatch, ranks: bool
) -> None:
    """The index is removed again; the shards stay for the next run."""
    out.mkdir()
    where: Any = finalizing if ranks else writing
    if ranks:
        run(out, SEVERAL)
        (out / INDEX).unlink()
    monkeypatch.setattr(where, "write_index", then(where.write_index, made(out, ONE_FILE)))
    with pytest.raises(ExistsError) as caught:
        winitgen.finalize(f"{out}/") if ranks else run(out, SEVERAL)

    assert str(caught.value) == (
        f"{out}/{ALONE} belongs to another run, and readers may take it for a part of this model; --force removes it"
    )
    assert sorted([*SHARDS, ALONE]) == sorted(os.listdir(out))


def test_a_file_that_is_gone_again(out: Path) -> None:
    """Another run that takes its file away does not stop this one."""
    out.mkdir()
    act = made(out, ONE_FILE)

    def there_and_gone() -> None:
        act()
        (out / ALONE).unlink()

    assert "written" == run(out, SEVERAL, progress=once(there_and_gone))
    assert MODEL == sorted(os.listdir(out))


def test_converting_beside_shards(out: Path) -> None:
    """A converted file is not written beside shards of another run either, unless it is made of them."""
    source = out.parent / "a.npz"
    winitgen.write(SPEC, source, fsync=False)
    out.mkdir()
    run(out, SEVERAL, seed=1)
    with pytest.raises(ExistsError) as caught:
        winitgen.convert(source, out / ALONE, fsync=False)
    assert str(caught.value).startswith(f"{out}/{INDEX} belongs to another run")

    assert "written" == winitgen.convert(out / INDEX, out / ALONE, fsync=False).status
    assert sorted([*MODEL, ALONE]) == sorted(os.listdir(out))
    assert "written" == winitgen.convert(source, out / ALONE, fsync=False, force=True).status
    assert [ALONE] == os.listdir(out)


def test_shards_that_appear_while_a_file_is_converted(out: Path) -> None:
    """The conversion looks again too, in both directions."""
    source = out.parent / "a.npz"
    winitgen.write(SPEC, source, fsync=False)
    out.mkdir()
    act = made(out, SEVERAL)
    with pytest.raises(ExistsError):
        winitgen.convert(source, out / ALONE, fsync=False, progress=once(act))
    assert MODEL == sorted(os.listdir(out))
