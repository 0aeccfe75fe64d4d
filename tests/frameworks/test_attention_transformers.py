"""Attention as in Hugging Face's models: buckets of distances, and whole models from one spec."""

from __future__ import annotations

from typing import Any

import pytest

from winitgen.probing.operations.relative_positions import bucket_index


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize(("buckets", "most"), [(32, 128), (16, 64), (12, 384), (32, 100)])
def test_buckets_of_t5(buckets: int, most: int, bidirectional: bool, torch: Any, transformers: Any) -> None:
    """Buckets computed in whole numbers are those that T5 computes by logarithms, at exact edges too."""
    attention = transformers.models.t5.modeling_t5.T5Attention
    offset = torch.arange(300)[None] - torch.arange(300)[:, None]
    expected = attention._relative_position_bucket(offset, bidirectional, buckets, most)
    own = torch.tensor(bucket_index(300, buckets, most, bidirectional=bidirectional))

    assert [] == offset[expected != own].unique().tolist()
