"""PyTorch's distributed checkpoints, written by one process and by two, and its files of safetensors."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.distributed.checkpoint as dcp
from torch import distributed, multiprocessing, nn
from torch.distributed.checkpoint import HuggingFaceStorageWriter
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write folders with ``torch.distributed.checkpoint.save``."""
    torch.manual_seed(1)
    state = {
        "w": tensor(1, 6, 4),
        "half": tensor(2, 5).bfloat16(),
        "n": torch.tensor(3),
        "flag": torch.tensor([True, False]),
    }
    dcp.save(state, checkpoint_id=_folder(record, "plain"))
    gives(record, "plain", state)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    adam = torch.optim.Adam(model.parameters())
    model(tensor(4, 5, 3)).square().sum().backward()
    adam.step()
    dcp.save(
        {"model": model.state_dict(), "step": 4, "text": "adam"}, checkpoint_id=_folder(record, "nested")
    )
    gives(record, "nested", {f"model.{key}": value for key, value in model.state_dict().items()})
    dcp_to_torch_save(_folder(record, "nested"), record.path("converted.pt"))
    gives(record, "converted.pt", {f"model.{key}": value for key, value in model.state_dict().items()})
    _two(record)
    writer = HuggingFaceStorageWriter(_folder(record, "safetensors"), fqn_to_index_mapping={"w": 1, "b": 2})
    state = {"w": tensor(1, 6, 4), "b": tensor(2, 5)}
    dcp.save(state, storage_writer=writer)
    gives(record, "safetensors", state)


def _folder(record: Record, name: str) -> str:
    path = Path(record.path(f"{name}/.keep")).parent
    return str(path)


def _two(record: Record) -> None:
    multiprocessing.spawn(_rank, (_folder(record, "sharded"),), 2)
    gives(record, "sharded", {"rows": tensor(1, 7, 3), "columns": tensor(2, 4, 6), "whole": tensor(3, 5)})


def _rank(rank: int, folder: str) -> None:
    distributed.init_process_group("gloo", rank=rank, world_size=2, init_method=f"file://{folder}.meeting")
    mesh = init_device_mesh("cpu", (2,))
    ways = {
        "rows": (tensor(1, 7, 3), Shard(0)),
        "columns": (tensor(2, 4, 6), Shard(1)),
        "whole": (tensor(3, 5), Replicate()),
    }
    dcp.save(
        {name: distribute_tensor(value, mesh, [way]) for name, (value, way) in ways.items()},
        checkpoint_id=folder,
    )
    distributed.destroy_process_group()
