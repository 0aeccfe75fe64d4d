"""The tensors that transformers would write for a model, taken from its own saving, without a value."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import torch
from torch._subclasses.fake_tensor import FakeTensor

from winitgen.importing.trace.recorder import TensorRecorder


def saved(model: Any, recorder: TensorRecorder) -> dict[str, Any]:
    """Return the tensors of the file that ``save_pretrained`` writes, by their names in the file.

    Ties are dropped, names changed and tensors split or joined as the library does it. Each tensor lies where the
    model's own memory would be, or where a recorded operation has put it.
    """
    state = {name: _without_memory(tensor) for name, tensor in model.state_dict().items()}
    found: dict[str, Any] = {}

    def keep(tensors: dict[str, Any], *_: Any, **__: Any) -> None:
        found.update(tensors)

    with (
        TemporaryDirectory() as folder,
        patch("transformers.modeling_utils.safe_save_file", keep),
        recorder,
    ):
        model.save_pretrained(folder, state_dict=state, max_shard_size="1000000GB")
    return dict(sorted(found.items()))


def _without_memory(tensor: Any) -> Any:
    """Return a tensor of the meta device in the same place of the same block; one that has its own memory as it is."""
    if not isinstance(tensor, FakeTensor) and tensor.device.type != "meta":
        return tensor
    empty = torch.empty(0, dtype=tensor.dtype, device="meta")
    return empty.set_(tensor.untyped_storage(), tensor.storage_offset(), tensor.shape, tensor.stride())
