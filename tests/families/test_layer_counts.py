"""The multiply-adds and the parameters of families, against PyTorch's counter on the library's own model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.families.all_cases import FAMILIES
from tests.families.checkpoints import config_of
from tests.frameworks.test_summary_torch import counted
from winitgen.report.model_summary import summarize_layers

pytestmark = pytest.mark.slow

NAMES = (
    "resnet",
    "regnet",
    "convnext",
    "vit",
    "deit",
    "gpt2",
    "bert",
    "distilbert",
    "llama",
    "opt",
    "mistral",
    "gpt_neox",
)


@pytest.mark.parametrize("case", ["usual", "two_layers"])
@pytest.mark.parametrize("name", NAMES)
def test_a_forward_pass(name: str, case: str, transformers: Any, torch: Any, tmp_path: Path) -> None:
    """One sample of the size that the config states, through a model without memory."""
    transformers.utils.logging.set_verbosity_error()
    chosen = getattr(FAMILIES[name], case)
    if case == "two_layers" and chosen.cls.endswith("SequenceClassification"):
        chosen = chosen._replace(cls=chosen.cls.replace("ForSequenceClassification", "Model"))
    config = config_of(transformers, name, chosen)
    config.pad_token_id = None  # the library looks for it in the batch, which has no memory
    config.save_pretrained(tmp_path)
    plan = winitgen.plan(tmp_path / "config.json")
    totals = summarize_layers(plan)["totals"]
    flow = next(iter(plan.inputs.values()))
    with torch.device("meta"):
        model = getattr(transformers, chosen.cls)._from_config(config)
        batch = torch.zeros((1, *(flow.shape or ())), dtype=torch.long if flow.tokens else model.dtype)

    assert counted(torch, model, batch) == totals["multiply_adds"]
    assert model.num_parameters() == totals["trainable"]
