"""compressed-tensors: quantized weights beside their scales, whole numbers in the packed ones."""

from __future__ import annotations

import torch
from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32
from safetensors.torch import load_file, save_file

from tests.corpus.libraries.torch_files import gives, tensor
from tests.corpus.record import Record


def write(record: Record) -> None:
    """Write packed weights of 4 and 8 bits, and those of float8 with scales."""
    w = tensor(1, 8, 16)
    scale = w.abs().amax(1, keepdim=True) / 7
    whole = torch.clamp((w / scale).round(), -8, 7).to(torch.int8)
    packed = {
        "weight_packed": pack_to_int32(whole, 4),
        "weight_scale": scale.bfloat16(),
        "weight_shape": torch.tensor([8, 16]),
    }
    packed["weight_zero_point"] = torch.zeros(8, 1, dtype=torch.int8)
    _saved(record, "pack_quantized.safetensors", packed)
    _saved(record, "int_quantized.safetensors", {"weight": whole, "weight_scale": scale})
    eight = {
        "weight": (w / scale).to(torch.float8_e4m3fn),
        "weight_scale": scale,
        "input_scale": torch.ones(1),
    }
    _saved(record, "float_quantized.safetensors", eight)
    four = {
        "qweight": torch.randint(-(2**31), 2**31 - 1, (2, 16), dtype=torch.int32),
        "g_idx": torch.arange(16, dtype=torch.int32) // 8,
    }
    _saved(
        record,
        "gptq.safetensors",
        four | {"qzeros": torch.zeros(2, 2, dtype=torch.int32), "scales": scale.half()},
    )
    absmax = {
        "weight": torch.randint(0, 255, (64, 1), dtype=torch.uint8),
        "weight.absmax": tensor(2, 2),
        "weight.quant_map": tensor(3, 16),
    }
    state = torch.tensor(list(b'{"quant_type": "nf4"}'), dtype=torch.uint8)
    _saved(record, "bitsandbytes.safetensors", absmax | {"weight.quant_state.bitsandbytes__nf4": state})


def _saved(record: Record, name: str, found: dict[str, torch.Tensor]) -> None:
    save_file(found, record.path(name))
    gives(record, name, load_file(record.path(name)))
