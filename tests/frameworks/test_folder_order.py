"""Which file of a folder ``from_pretrained`` takes: never another than the one for which ``verify`` approves the folder."""

from __future__ import annotations

import json
import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import winitgen

pytestmark = pytest.mark.slow

CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForCausalLM"],
    "num_hidden_layers": 1,
    "hidden_size": 8,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "intermediate_size": 12,
    "vocab_size": 11,
    "tie_word_embeddings": False,
}
TENSOR = "model.embed_tokens.weight"


@pytest.fixture
def files(tmp_path: Path, torch: Any) -> dict[str, Path]:
    """Whole weights of the model by the names under which they are put into a folder; those of torch are zeros."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    winitgen.write(config, tmp_path / "good.safetensors")
    zeros = {name: torch.zeros(array.shape) for name, array in winitgen.generate(config).items()}
    torch.save(zeros, tmp_path / "zeros.bin")
    good = tmp_path / "good.safetensors"
    return {
        "model.safetensors": good,
        "weights.safetensors": good,
        "pytorch_model.bin": tmp_path / "zeros.bin",
        "tf_model.h5": tmp_path / "zeros.bin",
    }


def is_good(folder: Path, transformers: Any) -> bool | None:
    """Return whether the planned values are loaded; None if nothing is."""
    try:
        model = transformers.LlamaForCausalLM.from_pretrained(folder)
    except (OSError, ValueError):
        return None
    return bool(model.state_dict()[TENSOR].abs().max() > 0)


def is_verified(folder: Path) -> bool:
    """Return whether ``verify`` approves a folder."""
    try:
        return bool(winitgen.verify(folder)["status"] == "verified")
    except (winitgen.DiffersError, winitgen.UnreadableError):
        return False


def test_order(files: dict[str, Path], transformers: Any, tmp_path: Path) -> None:
    """Of all choices of files, and of what the config names, a folder that is verified gives the planned values, or nothing."""
    seen = set()
    choices = [chosen for count in (1, 2, 3, 4) for chosen in combinations(files, count)]
    for chosen in choices:
        for named in (None, "model.safetensors", "weights.safetensors"):
            folder = tmp_path / "folder"
            folder.mkdir()
            for name in chosen:
                shutil.copy(files[name], folder / name)
            more = {} if named is None else {"transformers_weights": named}
            (folder / "config.json").write_text(json.dumps({**CONFIG, **more}))
            found = is_verified(folder), is_good(folder, transformers)
            assert found != (True, False), (chosen, named)
            seen.add(found)
            shutil.rmtree(folder)

    assert {(True, True), (True, None), (False, False), (False, True), (False, None)} == seen
