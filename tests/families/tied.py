"""The smallest model of a family with a head of its own, or with one that has the values of the embedding."""

from __future__ import annotations

import json

from winitgen.configs.conversion import convert
from winitgen.configs.family import model_types, template
from winitgen.load import draft_of, plan_of
from winitgen.report.model_summary import summarize_layers


def can_be_tied(name: str) -> bool:
    """Return whether a config of a model type says if its head is tied."""
    return "tie_word_embeddings" in template(model_types()[name]).fields


def multiply_adds_of_a_family(name: str, *, tie: bool) -> list[int | None]:
    """Return the multiply-adds of each layer that multiplies matrices."""
    config = json.dumps({"model_type": name, "tie_word_embeddings": tie})
    report = summarize_layers(plan_of(draft_of(convert(config.encode(), name, shrink=True))))
    return [row["multiply_adds"] for row in report["layers"] if row["multiply_adds"] != 0]
