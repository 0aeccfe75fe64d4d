"""``--engine ray`` with a real Ray of two processors, here and elsewhere."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import winitgen
from tests.cli.four_shards import content
from tests.engines.processes import (
    LIMIT,
    LONG,
    finished,
    free_port,
    kill_one,
    needed,
    running,
    start,
    wait_for,
)
from winitgen.errors import OutputError, WinitgenError
from winitgen.files.output.options import WriteOptions
from winitgen.writing.shard_task import ShardTask

pytestmark = pytest.mark.slow

DASHBOARD = r"winitgen: Ray's dashboard: http://127\.0\.0\.1:\d+\n"


@pytest.fixture(autouse=True)
def _ray() -> None:
    needed("ray", "ray")


def is_worker(command: str) -> bool:
    """Return whether a command line is that of a process that writes a shard."""
    return command.startswith("ray::write_shard")


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """Its shard is written again by another one of its own; the bytes and the report are those of one process.

    The dashboard's address stands on standard error, before whatever the engine says of the worker.
    """
    model = tmp_path / "model.yaml"
    model.write_text(LONG)
    report = winitgen.write(model, f"{tmp_path}/one/", max_shard_size="700KB").report
    run = start(model, tmp_path / "many", "--engine", "ray", "--max-shard-size", "700KB", "--json")
    shards = kill_one(run, tmp_path / "many", is_worker)
    code, out, err = finished(run)

    assert 0 < shards < 24
    assert 0 == code, err
    assert re.match(DASHBOARD, err)
    assert content(tmp_path / "one") == content(tmp_path / "many")
    assert ("written", report["tensors"]) == tuple(json.loads(out)[key] for key in ("status", "tensors"))


TRIES = 5
"""On a busy machine the server for Ray's clients answers before it can start what serves one of them."""


def test_a_cluster_that_runs_already_writes_the_same_bytes(
    model: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """By the port for clients, and by RAY_ADDRESS; Ray's own token is passed in the environment."""
    port, clients = free_port(), free_port()
    keys = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_USAGE_STATS_ENABLED": "0"}
    head = (
        "-m",
        "ray.scripts.scripts",
        "start",
        "--head",
        "--block",
        "--num-cpus",
        "2",
        "--include-dashboard=false",
    )
    where = ("--node-ip-address", "127.0.0.1", "--port", str(port), "--ray-client-server-port", str(clients))
    # Ray notes the cluster in its folder, and would lead other runs on this machine to it.
    with (
        TemporaryDirectory(prefix="ray-") as temporary,
        running(*head, *where, "--temp-dir", temporary, **keys),
    ):
        wait_for(clients)
        calls = {"one": f"ray://127.0.0.1:{clients}", "two": "ray"}
        for name, engine in calls.items():
            address = {} if name == "one" else {"RAY_ADDRESS": f"127.0.0.1:{port}"}
            for _ in range(TRIES):
                ended = finished(
                    start(model, tmp_path / name, "--engine", engine, *LIMIT, "-q", **keys, **address)
                )
                if "Initialization failure from server" not in ended[2]:
                    break
            assert (0, f"{tmp_path}/{name}/model.safetensors.index.json\n", "") == ended
            assert whole == content(tmp_path / name)


def test_what_ray_raises_becomes_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk on a worker, a worker without winitgen, and workers that die each time."""
    import ray

    from winitgen.engines.ray import _result

    task = ShardTask("{}", "/none/m.yaml", "/none", "model", 1, WriteOptions(), version="0.0.1", stream=7)
    lost = ModuleNotFoundError("No module named 'winitgen'")
    raised = {
        "cannot write /none: No space left on device": ray.exceptions.RayTaskError(
            "write_shard", "...", OutputError("cannot write /none: No space left on device")
        ),
        "a worker of Ray has no winitgen 0.0.1 (stream 7); install it on all hosts": ray.exceptions.RayTaskError(
            "write_shard", f"...\n{lost}", lost
        ),
        "Ray gave up: The worker died": ray.exceptions.WorkerCrashedError(),
    }
    for message, error in raised.items():
        monkeypatch.setattr("ray.get", lambda _, error=error: (_ for _ in ()).throw(error))
        with pytest.raises(WinitgenError) as refused:
            _result(None, task)
        assert str(refused.value).startswith(message)
