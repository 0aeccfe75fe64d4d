"""What does not fit on one rank or on all, and what each of four ranks then says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn
from torch.distributed import checkpoint as dcp
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor, Partial, Shard

import winitgen
import winitgen.torch
from tests.live_torch.models import MLP, perceptron


def refusals(folder: Path, rank: int) -> dict[str, Any]:
    """Return for each bad call the class and the text of the error on this rank, and whether the module stayed as it was."""
    mesh = DeviceMesh("cpu", list(range(distributed.get_world_size())))
    found = {}
    for name, call in calls(folder, rank, mesh):
        module = perceptron()
        with torch.no_grad():
            for value in module.parameters():
                value.fill_(0.5)
        told = said(partial(call, module))
        same = all(bool((here(value) == 0.5).all()) for value in module.parameters())
        found[name] = {"error": told, "untouched": same}
    return found


def here(value: torch.Tensor) -> torch.Tensor:
    """Return what this rank holds of a tensor."""
    return value.to_local() if isinstance(value, DTensor) else value


def calls(folder: Path, rank: int, mesh: DeviceMesh) -> Iterator[tuple[str, Callable[[nn.Module], object]]]:
    """Yield calls that are wrong on rank 2, or on all ranks."""
    absent = str(folder / "absent.yaml") if rank == 2 else MLP
    init_ = winitgen.torch.init_
    reader = winitgen.torch.StorageReader

    def load(state: dict[str, Any], spec: Any = MLP, **options: Any) -> None:
        dcp.load(state, storage_reader=reader(spec, **options))

    yield "another seed on rank 2", lambda one: init_(one, MLP, seed=int(rank == 2))
    yield "no spec on rank 2", lambda one: init_(one, absent)
    yield "no spec on any rank", lambda one: init_(one, "absent.yaml")
    yield "another shape on rank 2", lambda one: init_(changed(one, rank), MLP)
    yield "another format on all", lambda one: init_(one, MLP, dtype="bfloat16")
    yield "a sum that is not complete", lambda one: init_(summed(one, mesh), MLP)
    yield "shards of another mesh", lambda one: init_(missized(one, mesh), MLP)
    yield "reader: another seed on rank 2", lambda one: load(one.state_dict(), seed=int(rank == 2))
    yield "reader: no spec on rank 2", lambda one: load(one.state_dict(), absent)
    yield "reader: another shape on rank 2", lambda one: load(changed(one, rank).state_dict())
    yield "reader: another format", lambda one: load(one.state_dict(), dtype="bfloat16")
    yield "reader: a name that is not there", lambda one: load({"fc9.weight": torch.zeros(2)})


def said(call: Callable[[], object]) -> list[str]:
    """Return the class and the text of what a call raises; of DCP's exception the class and text of each rank's."""
    try:
        call()
    except winitgen.WinitgenError as error:
        return [f"{type(error).__name__}: {error}"]
    except CheckpointException as error:
        return [f"{rank} {type(one).__name__}: {one}" for rank, (one, _) in sorted(error.failures.items())]
    return []


def changed(module: Any, rank: int) -> Any:
    """Return a module with a layer of another size on rank 2."""
    if rank == 2:
        module["fc2"] = nn.Linear(12, 11)
        nn.init.constant_(module["fc2"].weight, 0.5)
        nn.init.constant_(module["fc2"].bias, 0.5)
    return module


def summed(module: Any, mesh: DeviceMesh) -> Any:
    """Return a module with a bias of which each rank has a summand."""
    value = DTensor.from_local(torch.full((5,), 0.5), mesh, [Partial()], run_check=False)
    module["out"].bias = nn.Parameter(value)
    return module


def missized(module: Any, mesh: DeviceMesh) -> Any:
    """Return a module whose shards are of equal size, though PyTorch gives the last ranks smaller ones."""
    value = DTensor.from_local(
        torch.full((3,), 0.5), mesh, [Shard(0)], run_check=False, shape=torch.Size([10]), stride=(1,)
    )
    module["fc2"].bias = nn.Parameter(value)
    return module
