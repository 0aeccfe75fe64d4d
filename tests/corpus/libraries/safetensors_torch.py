"""safetensors with PyTorch: every number format, tied tensors, whole models, and division among files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import save_torch_state_dict, split_torch_state_dict_into_shards
from safetensors.torch import load_file, save_file, save_model
from torch import nn

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record, normals

KINDS = (
    *(
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "int8",
        "uint8",
        "int16",
        "int32",
        "int64",
        "bool",
        "uint16",
    ),
    *("uint32", "uint64", "complex64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
)


def write(record: Record) -> None:
    """Write files with ``safetensors.torch`` and ``huggingface_hub``."""
    found = {}
    for kind in KINDS:
        dtype = getattr(torch, kind)
        found[kind] = (tensor(3, 4, 6) * 3).abs().to(dtype)
    _saved(record, "kinds.safetensors", found)
    shapes = {"scalar": torch.tensor(0.5), "empty": torch.zeros(2, 0), "": tensor(1, 2), "a b": tensor(2, 2)}
    shapes["special"] = torch.tensor([0.5, float("nan"), float("inf"), -0.0, 0.0])
    _saved(record, "shapes.safetensors", shapes, {"format": "pt"})
    _exponents(record)
    _fours(record)
    _models(record)
    _shards(record)


def _saved(
    record: Record, name: str, found: dict[str, torch.Tensor], metadata: dict[str, str] | None = None
) -> None:
    save_file(found, record.path(name), metadata)
    gives(record, name, load_file(record.path(name)))


def _exponents(record: Record) -> None:
    scales = torch.tensor([0, 1, 127, 130, 254], dtype=torch.uint8).view(torch.float8_e8m0fnu)
    save_file({"scales": scales, "w": tensor(1, 2)}, record.path("float8_e8m0fnu.safetensors"))
    gives(record, "float8_e8m0fnu.safetensors", {"scales": scales, "w": tensor(1, 2)})


def _fours(record: Record) -> None:
    """Two numbers stand in each byte of torch's float4, the first one in its lower half."""
    import numpy as np

    raw = torch.arange(24, dtype=torch.uint8).reshape(2, 12) * 9
    save_file({"w": raw.view(torch.float4_e2m1fn_x2)}, record.path("float4.safetensors"))
    table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
    table = np.concatenate([table, -table])
    bits = np.stack([raw.numpy() & 15, raw.numpy() >> 4], -1).reshape(2, 24)
    record.gives("float4.safetensors", {"w": table[bits]}, formats="F4")


class Tied(nn.Module):
    """A table and a head that share their weights."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.embed.weight
        self.norm = nn.BatchNorm1d(4)


def _models(record: Record) -> None:
    torch.manual_seed(2)
    save_model(Tied(), record.path("tied.safetensors"))
    gives(record, "tied.safetensors", load_file(record.path("tied.safetensors")))
    _saved(
        record,
        "convolutions.safetensors",
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.ConvTranspose1d(2, 4, 5)).state_dict(),
    )


def _shards(record: Record) -> None:
    state: dict[str, Any] = {f"layers.{index}.w": tensor(index, 10, 20 + index) for index in range(6)}
    state["tied"] = state["layers.0.w"]
    state["turned"] = tensor(9, 4, 3).T
    folder = record.path("shards/.keep")[: -len("/.keep")]
    save_torch_state_dict(state, folder, max_shard_size=3000)
    del state["layers.0.w"]  # of two names of one tensor, one is stored
    stored: dict[str, torch.Tensor] = {}
    index = json.loads(Path(folder, "model.safetensors.index.json").read_text(encoding="utf-8"))
    for name in set(index["weight_map"].values()):
        stored |= load_file(f"{folder}/{name}")
    gives(record, "shards", stored)
    gives(record, "shards/model.safetensors.index.json", stored)
    parts = split_torch_state_dict_into_shards(
        {"a": torch.from_numpy(normals(1, 30)), "b": tensor(2, 30)}, max_shard_size=130
    )
    assert len(parts.filename_to_tensors) == 2
    save_torch_state_dict({"w": tensor(1, 3)}, record.path("one/.keep")[: -len("/.keep")])
    gives(record, "one", {"w": tensor(1, 3)})
    pickled = record.path("pickled/.keep")[: -len("/.keep")]
    save_torch_state_dict(state, pickled, max_shard_size=3000, safe_serialization=False)
    found = dict(state)
    gives(record, "pickled", found, or_refused=("is a folder without",))
    gives(record, "pickled/pytorch_model.bin.index.json", found, or_refused=("is text, not a weight file",))
