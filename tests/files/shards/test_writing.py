"""How shards appear: whole, the index last and never over others, whatever runs at the same time."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.files.shards.conftest import SPEC, planned, write
from winitgen.errors import ExistsError, OutputError, WinitgenError
from winitgen.files.input import open_weights
from winitgen.files.output.options import WriteOptions
from winitgen.files.shards import writing

INDEX = "model.safetensors.index.json"
SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
OPTIONS = WriteOptions(fsync=False)


def before_each(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Call ``act`` with the name of each shard before it is written."""
    publish = writing.publish

    def with_act(output: Any, path: str, options: Any) -> Any:
        act(os.path.basename(path))
        return publish(output, path, options)

    monkeypatch.setattr(writing, "publish", with_act)


def test_the_index_is_last(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shard is there before the next, and the index after all of them."""
    seen: list[list[str]] = []
    before_each(monkeypatch, lambda name: seen.append(sorted(os.listdir(out))))
    write(out)

    assert [[], SHARDS[:1], SHARDS[:2]] == seen
    assert [*SHARDS, INDEX] == sorted(os.listdir(out))


@pytest.mark.parametrize("seed", [0, 1])
def test_an_old_index_goes_first(out: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """It is removed before a shard is written, even one of the same run that was lost."""
    write(out, seed=seed)
    (out / SHARDS[1]).unlink()
    seen: list[bool] = []
    before_each(monkeypatch, lambda name: seen.append((out / INDEX).exists()))
    write(out, force=True)

    assert [False] * 3 == seen


def test_a_failure_leaves_no_index(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shard that cannot be written ends the run; the complete ones stay for the next."""
    write(out, seed=1)

    def fail(name: str) -> None:
        if name == SHARDS[2]:
            raise OutputError("cannot write it: No space left on device")

    before_each(monkeypatch, fail)
    with pytest.raises(OutputError):
        write(out, force=True)
    monkeypatch.undo()
    assert SHARDS == sorted(os.listdir(out))
    kept = [(out / name).stat().st_ino for name in SHARDS[:2]]
    with pytest.raises(ExistsError) as caught:
        write(out)
    assert (
        str(caught.value)
        == f"{out}/{SHARDS[2]} exists and differs: its seed is 1, not 0; --force replaces it"
    )
    write(out, force=True)

    assert kept == [(out / name).stat().st_ino for name in SHARDS[:2]]
    assert "unchanged" == write(out, check=True).status


def test_another_run_that_replaces_shards(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a shard is no longer this run's at the end, there is no index, and the message says so."""

    def interfere(name: str) -> None:
        if name == SHARDS[2]:
            other = planned(seed=1)
            publish(other.shards[0].output, f"{out}/{SHARDS[0]}", OPTIONS._replace(force=True))

    publish = writing.publish
    before_each(monkeypatch, interfere)
    with pytest.raises(OutputError) as caught:
        write(out)

    assert str(caught.value) == (
        f"{out}/{SHARDS[0]} was replaced by another run at the same time; run this one again"
    )
    assert SHARDS == sorted(os.listdir(out))


def test_the_index_of_a_faster_run(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index with the same content that appears in the meantime is not a mistake; another one is."""
    write(out)
    shards = planned()
    monkeypatch.setattr(
        writing, "is_up_to_date", lambda path, content, *, force=False, check=False: bool(force)
    )

    assert "written" == writing.write_index(shards, str(out), OPTIONS)
    monkeypatch.undo()
    (out / INDEX).write_text("{}")
    with pytest.raises(ExistsError) as caught:
        writing.write_index(shards, str(out), OPTIONS)

    assert str(caught.value) == f"{out}/{INDEX} exists and differs; --force replaces it"


@pytest.mark.parametrize("seeds", [(0, 0), (0, 1)])
@pytest.mark.parametrize("force", [False, True])
def test_two_runs_at_once(out: Path, seeds: tuple[int, int], force: bool) -> None:
    """Equal runs both end well; of others, an index is left only over the shards of one of them."""
    for _ in range(6):
        ends: list[Any] = []

        def run(seed: int, ends: list[Any] = ends) -> None:
            try:
                ends.append(write(out, "0.05KB", seed=seed, force=force).status)
            except WinitgenError as error:
                ends.append(error)

        runs = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
        for thread in runs:
            thread.start()
        for thread in runs:
            thread.join()
        if seeds == (0, 0):
            assert not [end for end in ends if isinstance(end, WinitgenError)]
        if (out / INDEX).exists():
            with open_weights(out) as weights:
                assert weights.recipe is not None
                assert 6 == len(weights.tensors)
        else:
            assert [end for end in ends if isinstance(end, WinitgenError)]
        for path in out.iterdir():
            path.unlink()


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_and_digests(out: Path, tmp_path: Path, threads: int) -> None:
    """The digest is that of one file, and so are the measurements of the report."""
    sharded = write(out, digest=True, threads=threads).report
    single = winitgen.write(SPEC, tmp_path / "w.safetensors", fsync=False, digest=True).report

    assert sharded["digests"] == single["digests"]
    assert sharded["tensors"] == single["tensors"]
    assert sharded["totals"] == single["totals"]


def test_what_the_report_says_of_files(out: Path) -> None:
    """The file to open, the bytes of all files, and each shard with its bytes and tensors."""
    report = write(out).report
    sizes = [(out / name).stat().st_size for name in SHARDS]

    assert f"{out}/{INDEX}" == report["file"]
    assert "safetensors" == report["format"]
    assert sum(path.stat().st_size for path in out.iterdir()) == report["file_bytes"]
    assert [
        {"file": name, "bytes": size, "tensors": count}
        for name, size, count in zip(SHARDS, sizes, (2, 1, 3), strict=True)
    ] == report["shards"]


def test_the_progress_goes_on_from_shard_to_shard(out: Path) -> None:
    """It counts the bytes of values, of all shards together."""
    seen: list[int] = []
    write(out, progress=seen.append)

    assert [80, 220, 312] == seen


def test_only_some_of_the_shards(out: Path) -> None:
    """One of several writers writes its own shards, and no index; the last look is another's."""
    shards = planned()

    assert "written" == writing.write_shards(shards, str(out), OPTIONS, own=[0, 2])
    assert [SHARDS[0], SHARDS[2]] == sorted(os.listdir(out))
    assert "unchanged" == writing.write_shards(shards, str(out), OPTIONS, own=[0])
    assert "written" == writing.write_shards(shards, str(out), OPTIONS)
