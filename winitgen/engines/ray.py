"""Ray: each shard is a task of a cluster, or of one on this machine that starts and ends with the run."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from winitgen.engines.engine import RETRIES, Engine, Say
from winitgen.errors import OutputError, UsageError
from winitgen.writing.shard_task import ShardDone, ShardTask, release, write_shard


def run(
    task: ShardTask, numbers: Sequence[int], address: str | None, say: Say
) -> Generator[ShardDone, None, None]:
    """Do what `Engine.run` says; a task whose worker dies runs again on another one."""
    import ray

    with _connected(address, say):
        remote = ray.remote(write_shard).options(
            num_cpus=task.options.threads, max_retries=RETRIES, retry_exceptions=[OutputError]
        )
        shared = ray.put(task)
        waiting = [remote.remote(shared, number) for number in numbers]
        while waiting:
            done, waiting = ray.wait(waiting, num_returns=1)
            yield _result(done[0], task)


def _result(reference: Any, task: ShardTask) -> ShardDone:
    """Return what became of a shard; raise an error of winitgen's for one of Ray's."""
    import ray

    try:
        done: ShardDone = ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, OutputError):
            raise error.cause from None
        if "No module named 'winitgen" in str(error):
            raise UsageError(
                f"a worker of Ray has no {release(task.version, task.stream)}; install it on all hosts"
            ) from None
        raise
    except ray.exceptions.RayError as error:
        raise OutputError(f"Ray gave up: {str(error).strip().splitlines()[0]}") from None
    return done


@contextmanager
def _connected(address: str | None, say: Say) -> Iterator[None]:
    """Connect to the cluster at an address; without one to that of RAY_ADDRESS, or to a new one on this machine.

    Without "local" Ray would join a cluster that somebody else has started here, or wait for one that has ended.
    """
    import ray

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    handler = signal.getsignal(signal.SIGTERM)
    try:
        context = ray.init(
            f"ray://{address}" if address else os.environ.get("RAY_ADDRESS") or "local",
            logging_level=logging.ERROR,
            log_to_driver=False,
        )
    except (ConnectionError, RuntimeError, ImportError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise OutputError(f"cannot reach Ray{f' at {address}' if address else ''}: {reason}") from None
    try:
        signal.signal(signal.SIGTERM, handler)  # Ray has set its own
        if context.dashboard_url:
            say(f"Ray's dashboard: http://{context.dashboard_url}")
        with redirect_stdout(sys.stderr):  # Ray prints there that a worker died
            yield
    finally:
        ray.shutdown()


ENGINE = Engine("ray", "ray", run)
