"""Images and patches whose height and width a config states as a list."""

from __future__ import annotations

import json
from typing import Any

from winitgen.configs.conversion import convert
from winitgen.layouts import tensors
from winitgen.load import parse_spec, plan

CONFIG: dict[str, Any] = {
    "model_type": "vit",
    "architectures": ["ViTModel"],
    "hidden_size": 32,
    "num_attention_heads": 4,
}


def content(**fields: Any) -> bytes:
    """Return a config as the text of a file."""
    return json.dumps({**CONFIG, **fields}).encode()


def shapes(**fields: Any) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors of the embeddings."""
    planned = plan(parse_spec(convert(content(**fields), "config.json").text.encode(), "config.json"))
    return {tensor.name: tensor.shape for tensor in tensors(planned) if "embeddings" in tensor.name}


def test_patches_are_counted_along_both_axes() -> None:
    """The height comes first, and so it does in the kernel."""
    found = shapes(image_size=[17, 42], patch_size=[4, 6])

    assert (1, 4 * 7 + 1, 32) == found["embeddings.position_embeddings"]
    assert (32, 3, 4, 6) == found["embeddings.patch_embeddings.projection.weight"]


def test_a_list_of_two_equal_sizes_is_a_square() -> None:
    """The tensors are those of the number itself."""
    assert shapes(image_size=[32, 32], patch_size=[8, 8]) == shapes(image_size=32, patch_size=8)


def test_a_list_is_shrunk_to_a_square() -> None:
    """The smallest model has the family's sizes, as if both had been numbers."""
    small = convert(content(image_size=[224, 448], patch_size=[16, 8]), "config.json", shrink=True)

    assert {"image_size": 32, "patch_size": 8}.items() <= json.loads(small.content).items()


def test_a_call_may_give_a_list() -> None:
    """The config has it as it was given."""
    found = convert(content(), "config.json", {"image_size": [32, 48]})

    assert [32, 48] == json.loads(found.content)["image_size"]
    assert [] == found.notes


def test_the_parts_are_no_fields() -> None:
    """A config that has a field of such a name is told that it is not used."""
    assert ["config.json: not used, as no tensor of vit is known to depend on it: image_height"] == convert(
        content(image_height=3), "config.json"
    ).notes
