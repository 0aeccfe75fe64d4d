"""What flows through a family's layers is what the library's model computes, value by value.

The library reads a file that was drawn from a case of the family, and is given the batch that a probe draws. Left out are families
whose attention a layer-spec says by other rules, as the reference tells, and inputs that the library prepares by itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.families.all_cases import FAMILIES
from tests.families.family_cases import Case
from tests.models import flow

pytestmark = pytest.mark.slow

SAME = [
    "arcee",
    "bart",
    "beit",
    "biogpt",
    "blenderbot",
    "blenderbot-small",
    "convnext",
    "convnextv2",
    "ctrl",
    "data2vec-vision",
    "deit",
    "dinov2",
    "dinov2_with_registers",
    "distilbert",
    "exaone4",
    "gemma",
    "gemma2",
    "gemma3_text",
    "gpt2",
    "gpt_bigcode",
    "gpt_neo",
    "granite",
    "granitemoe",
    "hunyuan_v1_dense",
    "ijepa",
    "imagegpt",
    "lfm2",
    "llama",
    "marian",
    "mbart",
    "ministral",
    "ministral3",
    "mistral",
    "mixtral",
    "modernbert",
    "mt5",
    "olmo",
    "olmo2",
    "olmo3",
    "olmoe",
    "openai-gpt",
    "opt",
    "pegasus",
    "phi3",
    "phimoe",
    "qwen2",
    "qwen2_moe",
    "qwen3",
    "qwen3_moe",
    "seed_oss",
    "smollm3",
    "starcoder2",
    "t5",
    "umt5",
    "vaultgemma",
    "vit",
    "vit_msn",
    "xglm",
    "yolos",
]
"""The families whose usual case takes tokens or pixels and computes the library's values."""


@pytest.mark.parametrize("name", SAME)
def test_the_flow_is_the_librarys(name: str, transformers: Any, torch: Any, tmp_path: Path) -> None:
    """The outputs of the usual case are the library's within 0.1 % of their norm, in float32."""
    assert difference(name, FAMILIES[name].usual, transformers, torch, tmp_path) < 1e-3


def test_the_limit_of_gpt_oss_is_the_configs(transformers: Any) -> None:
    """A config that states another limit of its experts' values has that one, and else the library's."""
    fields = {**FAMILIES["gpt_oss"].usual.fields, "model_type": "gpt_oss"}
    stated, absent = (winitgen.load_spec({**fields, **more}) for more in ({"swiglu_limit": 0.5}, {}))
    limits = [
        {node.layer.limit for node in winitgen.plan(spec).layers if node.layer.type == "experts"}
        for spec in (stated, absent)
    ]

    assert limits == [{0.5}, {transformers.GptOssConfig().swiglu_limit}]


def difference(name: str, case: Case, transformers: Any, torch: Any, folder: Path) -> float:
    """Return the norm of the difference between the first outputs, over that of the library's."""
    fields = {key: value for key, value in case.fields.items() if key != "dtype"}
    config = {"model_type": name, "architectures": [case.cls], **fields}
    (folder / "config.json").write_text(json.dumps(config))
    winitgen.write(folder / "config.json", folder / "model.safetensors", fsync=False)
    model = (
        getattr(transformers, case.cls).from_pretrained(folder, attn_implementation="eager").float().eval()
    )
    spec = winitgen.load_spec(folder / "config.json")
    network = flow.prepared(spec)
    asked = FAMILIES[name].inputs(torch, model.config)
    tokens = np.random.default_rng(0)
    batch = [
        tokens.integers(7, 50, array.shape) if of_tokens(array) else array
        for array in flow.inputs_of(network, samples=2)
    ]
    with torch.no_grad():
        out = model(**{key: torch.from_numpy(array) for key, array in zip(asked, batch, strict=True)})
    expected = FAMILIES[name].output(out).double().numpy()
    [own] = [array for array in flow.outputs_of(network, batch) if array.shape == expected.shape]
    return float(np.linalg.norm(own - expected) / np.linalg.norm(expected))


def of_tokens(array: Any) -> bool:
    """Return whether an array has tokens, of which the library's special ones are left out."""
    return array.ndim == 2 and not np.mod(array, 1).any()
