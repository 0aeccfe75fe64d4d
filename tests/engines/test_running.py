"""Shards as tasks of any engine: what is told before, between and after the tasks. The engine here calls them itself."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.cli.four_shards import content
from winitgen.engines import EngineCall, engine_of, write_by_engine
from winitgen.engines.engine import Engine, Say
from winitgen.errors import DiffersError, ExistsError, OutputError, UsageError
from winitgen.files.output.options import WriteOptions
from winitgen.files.shards.file_names import ShardNames
from winitgen.files.shards.target import ShardTarget
from winitgen.writing.shard_task import ShardDone, ShardTask, write_shard
from winitgen.writing.sharded import write_sharded

INDEX = "model.safetensors.index.json"


def here(
    task: ShardTask, numbers: Sequence[int], address: str | None, say: Say
) -> Generator[ShardDone, None, None]:
    """Run the tasks in this process, the last one first."""
    say(f"at {address}")
    for number in reversed(numbers):
        yield write_shard(task, number)


def write(model: Path, out: Path, run: Any = here, seed: int = 3, **options: Any) -> winitgen.Written:
    """Write the model by an engine."""
    call = EngineCall(Engine("here", "click", run), "home:1")
    target = ShardTarget(f"{out}/", ShardNames("model"), 7000)
    planned = winitgen.plan(model, seed=seed)
    return write_by_engine(call, [].append, planned, target, WriteOptions(**options))


def test_the_bytes_and_the_report_are_those_of_one_process(
    model: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """The rows of the report stand in the order of the spec, whichever shard was first."""
    target = ShardTarget(f"{tmp_path}/one/", ShardNames("model"), 7000)
    one = write_sharded(winitgen.plan(model), target, WriteOptions(histograms=True))
    done: list[int] = []
    many = write(model, tmp_path / "many", histograms=True, progress=done.append)

    assert whole == content(tmp_path / "many")
    assert "written" == many.status
    assert {**one.report, "file": f"{tmp_path}/many/{INDEX}"} == many.report
    assert [2440, 2440 + 6560, 2440 + 6560 + 7200, 24200] == done


def test_what_is_there_stays(model: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """A run that was interrupted goes on; a complete one is unchanged."""
    write(model, tmp_path)
    (tmp_path / "model-00002-of-00004.safetensors").unlink()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.safetensors")}

    assert "written" == write(model, tmp_path).status
    assert before.items() <= {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}.items()
    assert whole == content(tmp_path)
    assert "unchanged" == write(model, tmp_path).status
    assert "unchanged" == write(model, tmp_path, check=True).status


def test_another_run_is_replaced_only_by_force(model: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """It is told before any task runs."""
    write(model, tmp_path)

    with pytest.raises(ExistsError) as refused:
        write(model, tmp_path, run=None, seed=4)

    first = f"{tmp_path}/model-00001-of-00004.safetensors"
    assert f"{first} exists and differs: its seed is 3, not 4; --force replaces it" == str(refused.value)
    assert whole == content(tmp_path)
    assert "written" == write(model, tmp_path, seed=4, force=True).status
    assert [] == [name for name, found in content(tmp_path).items() if found == whole[name] and name != INDEX]


def test_a_refusal_of_a_task_ends_the_run(model: Path, tmp_path: Path) -> None:
    """A shard with the right header and other values: the task finds out, and there is no index."""
    write(model, tmp_path)
    path = tmp_path / "model-00001-of-00004.safetensors"
    path.write_bytes(path.read_bytes()[:-4] + b"mine")
    (tmp_path / INDEX).unlink()
    ended = []

    def run(*arguments: Any) -> Generator[ShardDone, None, None]:
        try:
            yield from here(*arguments)
        finally:
            ended.append(True)

    for options, error in (({}, ExistsError), ({"check": True}, DiffersError)):
        with pytest.raises(error, match="same seed, spec and options, but other bytes"):
            write(model, tmp_path, run, **options)

    assert [True, True] == ended
    assert INDEX not in content(tmp_path)


def test_a_folder_that_is_not_shared_is_noticed(model: Path, tmp_path: Path) -> None:
    """The worker wrote its shard, but not here."""

    def run(task: ShardTask, *arguments: Any) -> Generator[ShardDone, None, None]:
        os.makedirs(tmp_path / "there")
        yield from here(task._replace(folder=f"{tmp_path}/there"), *arguments)

    with pytest.raises(OutputError) as refused:
        write(model, tmp_path / "here", run)

    name = f"{tmp_path}/here/model-00004-of-00004.safetensors"
    host = os.uname().nodename
    why = f"is not here, but the worker on {host} wrote it; name a folder that all hosts share"
    assert f"{name} {why}" == str(refused.value)
    assert not (tmp_path / "here").exists()


def task_for(model: Path, folder: Path) -> ShardTask:
    """Return the task of the model."""
    tasks: list[ShardTask] = []

    def run(task: ShardTask, *_: Any) -> Generator[ShardDone, None, None]:
        tasks.append(task)
        raise OutputError("enough")
        yield

    with pytest.raises(OutputError, match="enough"):
        write(model, folder, run)
    return tasks[0]


def test_a_worker_with_another_release_refuses(model: Path, tmp_path: Path) -> None:
    """Its bytes may differ."""
    task = task_for(model, tmp_path)
    done = write_shard(task._replace(version="0.0.1", stream=0), 0)

    mine = f"winitgen {winitgen.__version__} (stream {task.stream})"
    message = f"the worker on {done.host} has {mine}, not winitgen 0.0.1 (stream 0); install the same winitgen on all hosts"
    assert (UsageError, message) == (type(done.refusal), str(done.refusal))
    assert {} == content(tmp_path)


def test_a_worker_without_the_folder_raises(model: Path, tmp_path: Path) -> None:
    """The engine may try another worker; no folder is made."""
    task = task_for(model, tmp_path)
    with pytest.raises(OutputError) as refused:
        write_shard(task._replace(folder=f"{tmp_path}/none"), 0)

    why = f"the worker on {os.uname().nodename} has no such folder; name one that all hosts share"
    assert f"cannot write {tmp_path}/none: {why}" == str(refused.value)
    assert {} == content(tmp_path)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that installs it."""
    monkeypatch.setattr("winitgen.engines.running.find_spec", lambda _: None)
    for text, package in (("dask", "distributed"), ("ray://head:10001", "ray")):
        name = text[: len(text.partition(":")[0])]
        with pytest.raises(UsageError) as refused:
            engine_of(text)
        needed = f"{package} is needed for --engine {name}; install it with: pip install 'winitgen[{name}]' ('.[{name}]' in a clone)"
        assert needed == str(refused.value)


def test_an_address_is_a_host_and_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of IPv6 too; without one the engine is started here."""
    monkeypatch.setattr("winitgen.engines.running.find_spec", lambda _: True)

    assert ("dask", None) == (engine_of("dask").engine.name, engine_of("dask").address)
    assert "head:8786" == engine_of("dask://head:8786").address
    assert ("ray", "[::1]:10001") == (
        engine_of("ray://[::1]:10001").engine.name,
        engine_of("ray://[::1]:10001").address,
    )


def test_nothing_is_left_of_a_run_without_a_cluster(model: Path, tmp_path: Path) -> None:
    """The folders that it made are removed again; one that was there stays, as does one with a file of somebody else."""

    def gone(
        task: ShardTask, numbers: Sequence[int], address: str | None, say: Say
    ) -> Generator[ShardDone, None, None]:
        raise OutputError(f"no cluster answers at {address}")
        yield

    def gone_later(
        task: ShardTask, numbers: Sequence[int], address: str | None, say: Say
    ) -> Generator[ShardDone, None, None]:
        yield write_shard(task, 0)
        raise OutputError(f"no cluster answers at {address}")

    before = sorted(os.listdir(tmp_path))
    (tmp_path / "there").mkdir()
    for out in ("new", "new/er", "there"):
        with pytest.raises(OutputError, match=r"^no cluster answers at home:1$"):
            write(model, tmp_path / out, gone)
        assert sorted([*before, "there"]) == sorted(os.listdir(tmp_path))
        assert [] == os.listdir(tmp_path / "there")
    with pytest.raises(OutputError, match=r"^no cluster answers at home:1$"):
        write(model, tmp_path / "begun", gone_later)
    assert ["model-00001-of-00004.safetensors"] == os.listdir(tmp_path / "begun")
