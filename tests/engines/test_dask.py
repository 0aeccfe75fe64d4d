"""``--engine dask`` with a real cluster of Dask's, here and elsewhere."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import winitgen
from tests.cli.four_shards import content
from tests.engines.processes import LIMIT, LONG, finished, free_port, kill_one, needed, running, start
from winitgen.planning.plan import STREAM

pytestmark = pytest.mark.slow

DASHBOARD = r"winitgen: Dask's dashboard: http://127\.0\.0\.1:\d+/status\n"


@pytest.fixture(autouse=True)
def _dask() -> None:
    needed("distributed", "dask")


def is_worker(command: str) -> bool:
    """Return whether a command line is that of a worker of a cluster on this machine."""
    return "spawn_main" in command


@contextmanager
def cluster(folder: Path, **environment: str) -> Iterator[str]:
    """Run a scheduler and two workers; give the address."""
    address = f"127.0.0.1:{free_port()}"
    host, _, port = address.partition(":")
    script = ("-m", "distributed.cli.dask_scheduler")
    options = ("--host", host, "--port", port, "--no-dashboard")
    worker = (
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nworkers",
        "2",
        "--nthreads",
        "1",
        "--no-dashboard",
    )
    temporary = ("--local-directory", str(folder))
    with running(*script, *options), running(*worker, *temporary, **environment):
        yield address


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """Its shard is written again by another one of its own; the bytes and the report are those of one process.

    The dashboard's address stands on standard error, before whatever the engine says of the worker.
    """
    model = tmp_path / "model.yaml"
    model.write_text(LONG)
    report = winitgen.write(model, f"{tmp_path}/one/", max_shard_size="700KB").report
    run = start(model, tmp_path / "many", "--engine", "dask", "--max-shard-size", "700KB", "--json")
    shards = kill_one(run, tmp_path / "many", is_worker)
    code, out, err = finished(run)

    assert 0 < shards < 24
    assert 0 == code, err
    assert re.match(DASHBOARD, err)
    assert content(tmp_path / "one") == content(tmp_path / "many")
    assert ("written", report["tensors"]) == tuple(json.loads(out)[key] for key in ("status", "tensors"))


def test_a_shard_that_kills_its_workers_ends_the_run(tmp_path: Path) -> None:
    """After as many as Dask allows; there is no index, and the next run goes on."""
    model = tmp_path / "model.yaml"
    model.write_text(LONG)
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    run = start(model, tmp_path / "out", "--engine", "dask", "--max-shard-size", "700KB", "-q", **allowed)
    kill_one(run, tmp_path / "out", is_worker)
    code, out, err = finished(run)

    message = (
        "Dask gave up: a shard was begun 1 time, and each time its worker died; the workers' logs say why"
    )
    assert (3, "") == (code, out)
    assert f"winitgen: {message}" in err.splitlines()
    assert not (tmp_path / "out" / "model.safetensors.index.json").exists()
    assert "written" == winitgen.write(model, f"{tmp_path}/out/", max_shard_size="700KB").status


def test_a_cluster_that_runs_already_writes_the_same_bytes(
    model: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """It stays when the run ends, and writes again what was removed: Dask takes no old result for it."""
    with cluster(tmp_path) as address:
        for _ in range(2):
            code, _, err = finished(
                start(model, tmp_path / "out", "--engine", f"dask://{address}", *LIMIT, "-q")
            )
            assert 0 == code, err
            assert whole == content(tmp_path / "out")
            for path in (tmp_path / "out").iterdir():
                path.unlink()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('__version__ = "0.0.1"\n', "winitgen 0.0.1 (stream None)"),
        ('raise ModuleNotFoundError("winitgen", name="winitgen")\n', "no winitgen"),
    ],
)
def test_a_worker_with_another_winitgen_is_refused(
    model: Path, tmp_path: Path, text: str, found: str
) -> None:
    """Before any task runs."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "winitgen.py").write_text(text)
    with cluster(tmp_path, PYTHONPATH=str(tmp_path / "other")) as address:
        time.sleep(3)  # a worker that comes later is told by its first task, with a longer message
        code, _, err = finished(start(model, tmp_path / "out", "--engine", f"dask://{address}", *LIMIT))

    mine = f"winitgen {winitgen.__version__} (stream {STREAM})"
    message = rf"winitgen: the worker at tcp://127\.0\.0\.1:\d+ has {re.escape(found)}, not {re.escape(mine)}"
    assert 2 == code, err
    assert re.fullmatch(f"{message}; install the same winitgen on all hosts", err.splitlines()[-1])
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_is_not_there(model: Path, tmp_path: Path) -> None:
    """One line says so, after Dask's own time limit."""
    limit = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    address = f"127.0.0.1:{free_port()}"
    code, out, err = finished(
        start(model, tmp_path / "out", "--engine", f"dask://{address}", *LIMIT, **limit)
    )

    assert (3, "") == (code, out)
    assert err.startswith(f"winitgen: cannot reach Dask's scheduler at {address}: ")
    assert 1 == len(err.splitlines())


def test_a_scheduler_that_is_lost_ends_the_run(tmp_path: Path) -> None:
    """There is no index, and the next run goes on."""
    model = tmp_path / "model.yaml"
    model.write_text(LONG)
    limit = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    with cluster(tmp_path) as address:
        run = start(
            model, tmp_path / "out", "--engine", f"dask://{address}", "--max-shard-size", "700KB", **limit
        )
        while not list((tmp_path / "out").glob("*.safetensors")):
            assert run.poll() is None, run.communicate()
            time.sleep(0.01)
    code, out, err = finished(run)

    assert (3, "") == (code, out), err
    assert re.match(r"winitgen: Dask's scheduler was lost: ", err.splitlines()[-1])
    assert not (tmp_path / "out" / "model.safetensors.index.json").exists()
