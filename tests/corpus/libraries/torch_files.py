"""PyTorch: what ``torch.save`` writes in its three ways, of every kind of tensor and container."""

from __future__ import annotations

import collections
import io
import pickle
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.corpus.record import Record, normals

KINDS = (
    *("float16", "bfloat16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64", "bool"),
    *("complex64", "complex128", "uint16", "uint32", "uint64"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
)


def values_of(tensor: torch.Tensor) -> np.ndarray[Any, Any]:
    """Return the values of a tensor, wide enough for NumPy."""
    tensor = tensor.detach()
    if tensor.dtype is torch.bfloat16 or "float8" in str(tensor.dtype):
        tensor = tensor.to(torch.float64)
    return tensor.resolve_conj().resolve_neg().contiguous().numpy()


def gives(record: Record, name: str, tensors: dict[str, torch.Tensor], *unread: Any, **options: Any) -> None:
    """Expect these tensors in their own number formats."""
    formats = {key: str(tensor.dtype).removeprefix("torch.") for key, tensor in tensors.items()}
    arrays = {key: values_of(tensor) for key, tensor in tensors.items()}
    record.gives(name, arrays, unread, formats=formats, **options)


def tensor(seed: int, *shape: int) -> torch.Tensor:
    """Return float32 normals."""
    return torch.from_numpy(normals(seed, *shape))


def write(record: Record) -> None:
    """Write files with ``torch.save`` and ``torch.jit.save``."""
    torch.manual_seed(1)
    _kinds(record)
    _packed(record)
    _ways(record)
    _containers(record)
    _views(record)
    _special(record)
    _modules(record)
    _refused(record)


def _saved(
    record: Record, name: str, state: Any, found: dict[str, torch.Tensor] | None = None, **options: Any
) -> None:
    torch.save(state, record.path(name), **options)
    gives(record, name, dict(state) if found is None else found)


def _kinds(record: Record) -> None:
    found = {}
    for kind in KINDS:
        dtype = getattr(torch, kind)
        found[kind] = (tensor(3, 4, 5).abs() * 9).to(dtype)
        if dtype.is_floating_point:
            found[kind] = (tensor(3, 4, 5) * 3).to(dtype)
    found["complex64"] = torch.complex(tensor(1, 3, 2), tensor(2, 3, 2))
    _saved(record, "kinds.pt", found)
    found = {key: value for key, value in found.items() if key not in {"uint16", "uint32", "uint64"}}
    torch.save(found, record.path("kinds_legacy.pt"), _use_new_zipfile_serialization=False)
    gives(record, "kinds_legacy.pt", found)
    special = torch.tensor([0.5, float("nan"), float("inf"), -float("inf"), -0.0])
    shapes = {
        "scalar": torch.tensor(0.25),
        "empty": torch.zeros(0, 3),
        "special": special,
        "größe": tensor(1, 3),
    }
    _saved(record, "shapes.pt", shapes)


def _packed(record: Record) -> None:
    """Write formats of torch that are new or old: two numbers in a byte, exponents alone, and complex halves."""
    raw = (torch.arange(24) * 9).to(torch.uint8).reshape(2, 12)
    scales = torch.tensor([0, 1, 127, 254, 255], dtype=torch.uint8)
    halves = torch.complex(tensor(1, 3), tensor(2, 3)).to(torch.complex32)
    state = {
        "four": raw.view(torch.float4_e2m1fn_x2),
        "scales": scales.view(torch.float8_e8m0fnu),
        "halves": halves,
    }
    torch.save(state, record.path("packed.pt"))
    codes = np.stack([raw.numpy() & 15, raw.numpy() >> 4], -1).reshape(2, 24)
    table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
    found = {"four": np.concatenate([table, -table])[codes], "scales": state["scales"].double().numpy()}
    found["halves"] = halves.to(torch.complex64).numpy()
    formats = {"four": "F4", "scales": "float8_e8m0fnu", "halves": "complex32"}
    record.gives("packed.pt", found, formats=formats)


def _ways(record: Record) -> None:
    state = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.GRU(3, 2)).state_dict()
    for protocol in (2, 3, 4, 5):
        _saved(record, f"protocol_{protocol}.pt", state, pickle_protocol=protocol)
    for protocol in (2, 3, 4, 5):
        options = {"pickle_protocol": protocol, "_use_new_zipfile_serialization": False}
        _saved(record, f"legacy_{protocol}.pth", state, **options)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with open(record.path("from_buffer.bin"), "wb") as file:
        file.write(buffer.getvalue())
    gives(record, "from_buffer.bin", dict(state))


def _containers(record: Record) -> None:
    w, b = tensor(1, 3, 2), tensor(2, 3)
    nested = {
        "epoch": 3,
        "model": {"w": w, "b": b},
        "optimizer": {"state": {0: {"step": torch.tensor(5.0), "exp_avg": w * 2}}},
    }
    nested["optimizer"]["param_groups"] = [{"lr": 0.1, "params": [0], "betas": (0.9, 0.999)}]
    found = {"model.w": w, "model.b": b}
    found |= {"optimizer.state.0.step": torch.tensor(5.0), "optimizer.state.0.exp_avg": w * 2}
    _saved(record, "nested.pt", nested, found)
    _saved(record, "list.pt", [w, (b, w + 1)], {"0": w, "1.0": b, "1.1": w + 1})
    _saved(record, "alone.pt", w, {"": w})
    _saved(record, "ordered.pt", collections.OrderedDict(w=w, b=b))
    counted = {"w": w, "seen": collections.Counter("abb"), "size": torch.Size([3, 2]), "kind": torch.float32}
    _saved(record, "counted.pt", counted, {"w": w})
    _saved(
        record, "device.pt", {"w": w, "device": torch.device("cpu"), "blob": b"ab", "set": {1, 2}}, {"w": w}
    )
    trained = nn.Linear(3, 2)
    adam = torch.optim.AdamW(trained.parameters(), amsgrad=True)
    trained(tensor(4, 5, 3)).square().sum().backward()
    adam.step()
    state = {"model": trained.state_dict(), "optimizer": adam.state_dict()}
    found = {f"model.{key}": value for key, value in trained.state_dict().items()}
    for index, kept in adam.state_dict()["state"].items():
        found |= {f"optimizer.state.{index}.{key}": value for key, value in kept.items()}
    _saved(record, "trained.pt", state, found)


def _views(record: Record) -> None:
    whole = tensor(5, 6, 4)
    views = {
        "whole": whole,
        "rows": whole[2:5],
        "columns": whole[:, 1:3],
        "turned": whole.T,
        "every": whole[::2, ::3],
    }
    views |= {"expanded": tensor(6, 1, 4).expand(3, 4), "permuted": tensor(7, 2, 3, 4).permute(2, 0, 1)}
    views["channels"] = tensor(8, 2, 3, 4, 5).to(memory_format=torch.channels_last)
    views["conjugate"] = torch.complex(tensor(1, 3), tensor(2, 3)).conj()
    views["negative"] = torch.complex(tensor(1, 3), tensor(2, 3)).conj().imag
    views["imaginary"] = torch.complex(tensor(1, 3), tensor(2, 3)).imag
    _saved(record, "views.pt", views)
    _saved(record, "views_legacy.pt", views, _use_new_zipfile_serialization=False)
    table = tensor(9, 7, 3)
    _saved(record, "tied.pt", {"embed": table, "head": table})


def _special(record: Record) -> None:
    plain = tensor(1, 4, 3)
    parameter = nn.Parameter(tensor(2, 3), requires_grad=False)
    found = {"parameter": parameter, "buffer": nn.Buffer(tensor(3, 2))}
    _saved(record, "parameters.pt", found)
    quantized = torch.quantize_per_tensor(plain, 0.1, 3, torch.qint8)
    channels = torch.quantize_per_channel(
        plain, torch.tensor([0.1, 0.2, 0.3, 0.4]), torch.zeros(4).long(), 0, torch.quint8
    )
    whole = "it is quantized: its values are whole numbers beside a scale"
    kinds: tuple[tuple[str, torch.Tensor, str, str], ...] = (
        ("quantized", quantized, "qint8", whole),
        ("channels", channels, "quint8", whole),
        ("sparse", plain.relu().to_sparse(), "float32", "it is sparse"),
        ("csr", plain.relu().to_sparse_csr(), "float32", "it is sparse"),
        ("meta", torch.empty(4, 3, device="meta"), "float32", "it is on the meta device, without values"),
    )
    for name, special, kind, words in kinds:
        torch.save({"plain": plain, "special": special}, record.path(f"{name}.pt"))
        gives(record, f"{name}.pt", {"plain": plain}, ("special", [4, 3], kind, words))
    none = "its value 'special' is no tensor, and was not read"
    torch.save({"plain": plain, "special": plain.numpy().astype("f8")}, record.path("numpy.pt"))
    gives(record, "numpy.pt", {"plain": plain}, notes=(none, "'numpy.ndarray'"))
    nested = torch.nested.nested_tensor([tensor(1, 2), tensor(2, 3)])
    torch.save({"plain": plain, "special": nested}, record.path("ragged.pt"))
    gives(record, "ragged.pt", {"plain": plain}, ("special", [5], "float32", "it is nested"))


def _modules(record: Record) -> None:
    normed = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    _saved(record, "weight_norm.pt", normed.state_dict())
    compiled = torch.compile(nn.Linear(3, 2))
    _saved(record, "compiled.pt", compiled.state_dict())
    _saved(record, "parallel.pt", nn.DataParallel(nn.Linear(3, 2)).state_dict())
    lstm = nn.Sequential(nn.Embedding(9, 4, padding_idx=0), nn.LSTM(4, 3, 2, bidirectional=True))
    _saved(record, "lstm.pt", lstm.state_dict())
    _saved(record, "transformer.pt", nn.Transformer(8, 2, 1, 1, 16).half().state_dict())


def _refused(record: Record) -> None:
    torch.save(nn.Linear(3, 2), record.path("module.pt"))
    record.refused(
        "module.pt", "holds 'torch.nn.modules.linear.Linear', which is not read, as it could run code"
    )
    torch.jit.script(nn.Linear(3, 2)).save(record.path("script.pt"))
    record.refused("script.pt", "is a TorchScript archive, which holds code")
    for name, options in (("protocol_1.pt", {}), ("legacy_1.pt", {"_use_new_zipfile_serialization": False})):
        torch.save({"w": tensor(1, 2)}, record.path(name), pickle_protocol=1, **options)
    record.refused("protocol_1.pt", "has a pickle that is not read: it has the opcode 0x49")
    record.refused("legacy_1.pt", "is not a weight file of a known kind")
    with open(record.path("plain.pkl"), "wb") as file:
        pickle.dump({"w": normals(1, 2)}, file)
    record.refused("plain.pkl", "is a Python pickle, which can run code")
    program = torch.export.export(nn.Linear(3, 2), (tensor(1, 1, 3),))
    torch.export.save(program, record.path("program.pt2"))
    record.refused("program.pt2", "is a program of torch.export, which is not read")
