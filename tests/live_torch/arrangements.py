"""The ways in which ranks share a model: FSDP2, tensor parallelism, both, stages of a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Replicate, Shard, distribute_module, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module
from torch.nn.parallel import DistributedDataParallel

from tests.live_torch.models import Model


class Arrangement(NamedTuple):
    """One way: its name, on how many ranks it is, from the first one, and this rank's meshes of it; ``stages`` says which ranks have the late layers of the model."""

    name: str
    world: int
    data: DeviceMesh | None
    tensor: DeviceMesh | None
    stages: tuple[tuple[int, ...], tuple[int, ...]] | None = None


def arrangements(rank: int) -> Iterator[Arrangement]:
    """Yield all ways on 1, 2 and 4 ranks; every rank makes all meshes, also those that it is not in."""
    for count in (1, 2, 4):
        line = DeviceMesh("cpu", list(range(count)))
        yield Arrangement(f"fsdp-{count}", count, line, None)
        yield Arrangement(f"tensor-{count}", count, None, line)
    square = DeviceMesh("cpu", [[0, 1], [2, 3]], mesh_dim_names=("data", "tensor"))
    yield Arrangement("fsdp+tensor-4", 4, square["data"], square["tensor"])
    yield Arrangement(
        "replicated-4", 4, DeviceMesh("cpu", [[0, 1], [2, 3]], mesh_dim_names=("copy", "shard")), None
    )
    yield Arrangement("wrapped-4", 4, None, None)
    yield Arrangement("pipeline-2", 2, None, None, ((0,), (1,)))
    pairs = [DeviceMesh("cpu", [0, 1]), DeviceMesh("cpu", [2, 3])]
    yield Arrangement("pipeline+fsdp-4", 4, pairs[rank // 2], None, ((0, 1), (2, 3)))


def arranged(model: Model, way: Arrangement, rank: int, device: str) -> nn.Module:
    """Return the module of a rank, on a device, with other values than those of the spec."""
    with torch.device(device):
        module = model.build()
    if way.stages is not None:
        late = rank in way.stages[1]
        _cut(module, "", model, late)
    if way.tensor is not None:
        _parallelize(module, model, way.tensor)
    if way.data is not None:
        for part in [*module.modules()][:0:-1]:
            if isinstance(part, nn.Linear | nn.Conv2d | nn.Embedding):
                fully_shard(part, mesh=way.data)
        fully_shard(module, mesh=way.data)
    if way.name.startswith("wrapped"):
        for name, part in [*module.named_children()]:
            module[name] = checkpoint_wrapper(part)
        return DistributedDataParallel(module, broadcast_buffers=False) if device == "cpu" else module
    return module


def state_of(module: nn.Module) -> dict[str, Any]:
    """Return the state_dict, without the name that DistributedDataParallel puts before each."""
    found: dict[str, Any] = getattr(module, "module", module).state_dict()
    return found


def _cut(module: nn.Module, path: str, model: Model, late: bool) -> None:
    """Leave of a model the layers of one stage."""
    for name, part in [*module.named_children()]:
        full = f"{path}{name}"
        is_late = any(full == one or full.startswith(f"{one}.") for one in model.late)
        if is_late == late and next(part.children(), None) is None:
            continue
        if any(one.startswith(f"{full}.") for one in model.late) or is_late == late:
            _cut(part, f"{full}.", model, late)
        else:
            del module._modules[name]


def _parallelize(module: nn.Module, model: Model, mesh: DeviceMesh) -> None:
    """Cut linear layers and tables by PyTorch's own styles, and kernels of convolutions by hand; the others are copies."""
    for path, part in [*module.named_modules()]:
        name = path.rpartition(".")[2]
        if isinstance(part, nn.Linear | nn.Embedding) and name in model.columns:
            parallelize_module(part, mesh, ColwiseParallel())
        elif isinstance(part, nn.Linear | nn.Embedding) and name in model.rows:
            parallelize_module(part, mesh, RowwiseParallel())
        elif isinstance(part, nn.Conv2d):
            cut: Any = Shard(0) if name in model.columns else Shard(1)
            distribute_module(part, mesh, lambda _, one, on, cut=cut: _place(one, on, cut))


def _place(part: nn.Module, mesh: DeviceMesh, cut: Any) -> None:
    """Put the kernel of a convolution on a mesh, and its bias."""
    bias = cut if cut == Shard(0) else Replicate()
    for name, placement in (("weight", cut), ("bias", bias)):
        value = distribute_tensor(getattr(part, name), mesh, [placement])
        part.register_parameter(name, nn.Parameter(value))
