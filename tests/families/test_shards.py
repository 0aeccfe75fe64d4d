"""Shards of model families: the library reads the folder without a word, and counts as many parameters as the index."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.configs.conversion import convert
from winitgen.configs.family import names, template

UNLIKE = (
    "bart",
    "bert",
    "clip",
    "deepseek_v3",
    "gpt2",
    "gpt_oss",
    "llama",
    "mamba",
    "mixtral",
    "resnet",
    "t5",
    "wav2vec2",
    "whisper",
)
"""Families with ties, buffers, experts, convolutions, weight norms; WINITGEN_ALL_FAMILIES=1 runs all of them."""

NAMES = names() if os.environ.get("WINITGEN_ALL_FAMILIES") else UNLIKE
UNBUILT = {"hunyuan_v1_dense": {"head_dim": 128}, "nemotron": {"head_dim": 128, "num_key_value_heads": 48}}
"""Fields without which the library cannot build the model of its default config."""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", NAMES)
def test_the_library_reads_the_shards(name: str, transformers: Any, torch: Any, tmp_path: Path) -> None:
    """No key is missing or unexpected, the values are those of one file, and the index counts the parameters."""
    cls = template(name).family.classes[0]
    config = {"model_type": name, "architectures": [cls], **UNBUILT.get(name, {})}
    small = convert(json.dumps(config).encode(), name, shrink=True)
    for folder in ("one", "several"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "config.json").write_bytes(small.content)
    own = tmp_path / "one" / "config.json"
    winitgen.write(own, tmp_path / "one" / "model.safetensors", fsync=False)
    limit = f"{os.path.getsize(tmp_path / 'one' / 'model.safetensors') / 4000}KB"
    winitgen.write(own, f"{tmp_path}/several/", max_shard_size=limit, fsync=False)
    index = json.loads((tmp_path / "several" / "model.safetensors.index.json").read_text())

    one = getattr(transformers, cls).from_pretrained(tmp_path / "one")
    several, report = getattr(transformers, cls).from_pretrained(
        tmp_path / "several", output_loading_info=True
    )
    assert {} == {key: found for key, found in report.items() if found}
    assert several.num_parameters() == index["metadata"]["total_parameters"]
    assert len(set(index["weight_map"].values())) > 2
    state = several.state_dict()
    assert all(torch.equal(tensor, state[key]) for key, tensor in one.state_dict().items())
