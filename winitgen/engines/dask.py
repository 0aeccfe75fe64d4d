"""Dask: each shard is a task of a cluster, or of one on this machine that starts and ends with the run."""

from __future__ import annotations

import pydoc
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from winitgen.engines.engine import RETRIES, Engine, Say
from winitgen.errors import OutputError, UsageError
from winitgen.numeric.threads import processors
from winitgen.writing.shard_task import ShardDone, ShardTask, release, write_shard


def run(
    task: ShardTask, numbers: Sequence[int], address: str | None, say: Say
) -> Generator[ShardDone, None, None]:
    """Do what `Engine.run` says; a task whose worker dies runs again on another one."""
    from distributed import as_completed
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    with ExitStack() as stack:
        client = _client(stack, len(numbers), address)
        stack.enter_context(client.as_current())
        say(f"Dask's dashboard: {client.dashboard_link}")
        _check_workers(client, task, say)
        # Not pure: Dask would take the result of a former run for that of the same call, without a file.
        futures = client.map(partial(write_shard, task), numbers, pure=False, retries=RETRIES)
        try:
            for future in as_completed(futures):
                yield future.result()
        except KilledWorker as error:
            deaths = error.allowed_failures + 1
            raise OutputError(
                f"Dask gave up: a shard was begun {deaths} time{'s' if deaths > 1 else ''}, and each time its worker died; "
                "the workers' logs say why"
            ) from None
        except FutureCancelledError as error:
            raise OutputError(f"Dask's scheduler was lost: {error}") from None


def _client(stack: ExitStack, most: int, address: str | None) -> Any:
    """Return a client of the cluster at an address, or of a new one on this machine with at most so many workers."""
    from distributed import Client, LocalCluster

    if address is None:
        workers = max(1, min(processors(), most))
        address = stack.enter_context(
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
        )
    try:
        return stack.enter_context(Client(address, set_as_default=False))
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot reach Dask's scheduler at {address}: {error}") from None


def _check_workers(client: Any, task: ShardTask, say: Say) -> None:
    """Raise `UsageError` for a worker with another winitgen, or none; one that joins later is told by its first task.

    The workers are asked by a function of Python's own, which those without winitgen have too.
    """
    versions = client.run(pydoc.locate, "winitgen.__version__")
    streams = client.run(pydoc.locate, "winitgen.planning.plan.STREAM")
    if not versions:
        say("Dask's cluster has no workers yet; the run waits for them")
    for worker, version in versions.items():
        if (version, streams.get(worker)) != (task.version, task.stream):
            found = "no winitgen" if version is None else release(version, streams.get(worker))
            raise UsageError(
                f"the worker at {worker} has {found}, not {release(task.version, task.stream)}; install the same "
                "winitgen on all hosts"
            )


ENGINE = Engine("dask", "distributed", run)
