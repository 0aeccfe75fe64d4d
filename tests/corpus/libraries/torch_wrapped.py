"""Tensors of classes of their own in files of PyTorch: torchao's quantized ones, sharded ones, and archives of agents."""

from __future__ import annotations

import torch
from torch import nn
from torchao.quantization import Int8WeightOnlyConfig, quantize_

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write models whose weights are no plain tensors, beside biases that are."""
    torch.manual_seed(1)
    _quantized(record)
    _subclass(record)
    _sharded(record)
    _agent(record)


def _quantized(record: Record) -> None:
    model = nn.Sequential(nn.Linear(32, 16), nn.LayerNorm(16))
    quantize_(model, Int8WeightOnlyConfig())
    torch.save(model.state_dict(), record.path("torchao.pt"))
    plain = {name: value for name, value in model.state_dict().items() if type(value) is torch.Tensor}
    assert set(model.state_dict()) - set(plain) == {"0.weight"}
    gives(
        record, "torchao.pt", plain, notes=("its value '0.weight' is no tensor, and was not read", "torchao")
    )


class Marked(torch.Tensor):
    """A tensor of another class, which is saved with the name of it."""


def _subclass(record: Record) -> None:
    marked = tensor(2, 3, 2).as_subclass(Marked)
    marked.note = "kept"
    torch.save({"w": tensor(1, 4), "marked": marked}, record.path("marked.pt"))
    gives(
        record, "marked.pt", {"w": tensor(1, 4)}, notes=("its value 'marked' is no tensor, and was not read",)
    )
    kept = tensor(3, 3)
    kept.note = "kept"
    torch.save({"w": kept}, record.path("attribute.pt"))
    gives(record, "attribute.pt", {"w": tensor(3, 3)})
    parameter = nn.Parameter(tensor(4, 3))
    parameter.group = 1
    torch.save({"w": parameter}, record.path("parameter.pt"))
    gives(record, "parameter.pt", {"w": tensor(4, 3)})


def _sharded(record: Record) -> None:
    from torch import distributed
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Shard, distribute_tensor

    distributed.init_process_group(
        "gloo", rank=0, world_size=1, init_method=f"file://{record.path('meeting')}"
    )
    made = distribute_tensor(tensor(5, 4, 3), init_device_mesh("cpu", (1,)), [Shard(0)])
    torch.save({"w": tensor(1, 4), "sharded": made}, record.path("sharded.pt"))
    distributed.destroy_process_group()
    gives(
        record,
        "sharded.pt",
        {"w": tensor(1, 4)},
        notes=("its value 'sharded' is no tensor, and was not read",),
    )


def _agent(record: Record) -> None:
    from stable_baselines3 import PPO

    agent = PPO("MlpPolicy", "CartPole-v1", n_steps=8, batch_size=4, n_epochs=1, device="cpu")
    agent.learn(8)
    agent.save(record.path("agent.zip"))
    record.refused("agent.zip", "is a zip archive without a NumPy array")
    torch.save(agent.policy.state_dict(), record.path("policy.pth"))
    gives(record, "policy.pth", dict(agent.policy.state_dict()))
