"""What the files of a sharded model of PyTorch's are called by Hugging Face's libraries, which wrote them before safetensors."""

from __future__ import annotations

import re
from typing import NamedTuple

from winitgen.files.shards.file_names import names_of_index

TORCH_ENDING = ".bin"


class TorchNames(NamedTuple):
    """The names of a model's files, by the part that they begin with: ``pytorch_model``, or ``pytorch_model.fp16`` for a variant.

    >>> TorchNames.of_index("pytorch_model.bin.index.fp16.json").single
    'pytorch_model.fp16.bin'
    >>> TorchNames("pytorch_model").are_of("pytorch_model-00001-of-00002.bin")
    True
    """

    stem: str

    @property
    def single(self) -> str:
        """The name of the only file, if one is enough; it has no index."""
        return self.stem + TORCH_ENDING

    def are_of(self, name: str) -> bool:
        """Return whether a file is a shard or the only file of a model with these names."""
        shard = rf"{re.escape(self.stem)}(-\d{{5,}}-of-\d{{5,}})?{re.escape(TORCH_ENDING)}"
        return re.fullmatch(shard, name) is not None

    @classmethod
    def of_index(cls, name: str) -> TorchNames | None:
        """Return the names that go with the name of an index, None if it is not one."""
        found = re.fullmatch(r"([^.]+)\.bin\.index(?:\.(.+))?\.json", name)
        return cls(f"{found[1]}.{found[2]}" if found[2] else found[1]) if found else None


def is_index(name: str) -> bool:
    """Tell whether a file is called like an index of shards, of any form."""
    return names_of_index(name) is not None or TorchNames.of_index(name) is not None
