"""DINOv2 (Oquab et al. 2024)."""

from typing import Any

from tests.families.dino_sizes import TWO_LAYERS, UNUSUAL, USUAL
from tests.families.family_cases import Case, FamilyCases
from tests.families.media import pixels


def output(out: Any) -> Any:
    """Return the logits or the last states, or the last map of a backbone."""
    return out[0][-1] if isinstance(out[0], tuple) else out[0]


CASES = FamilyCases(
    usual=Case(
        "Dinov2ForImageClassification",
        {**USUAL, "hidden_size": 192},
    ),
    unusual=Case(
        "Dinov2Model",
        {**UNUSUAL, "use_mask_token": False},
    ),
    two_layers=Case(
        "Dinov2Backbone",
        TWO_LAYERS,
    ),
    inputs=pixels,
    output=output,
)
