"""The presets of Hugging Face's models against fresh models: each parameter's law."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.frameworks.torch_specs import differences, planned

pytestmark = pytest.mark.slow


class Architecture(NamedTuple):
    """A model of transformers: its class, its config's options, its preset, and what nothing is said of."""

    kind: str
    config: dict[str, Any]
    preset: str = "transformers"
    left_out: tuple[str, ...] = ()


TEXT = {"hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 200}
IMAGE = {"image_size": 32, "patch_size": 8}

ARCHITECTURES = {
    "bert": Architecture("Bert", {**TEXT, "vocab_size": 300}),
    "llama": Architecture("Llama", {**TEXT, "num_key_value_heads": 2, "vocab_size": 300}),
    "vit": Architecture(
        "ViT", {**TEXT, **IMAGE}, left_out=("embeddings.cls_token", "embeddings.position_embeddings")
    ),
    "convnext": Architecture(
        "ConvNext",
        {"hidden_sizes": [24, 40], "depths": [1, 2], "num_stages": 2},
        left_out=("layer_scale_parameter",),
    ),
    "efficientnet": Architecture(
        "EfficientNet", {"width_coefficient": 0.5, "depth_coefficient": 0.5}, "transformers-efficientnet"
    ),
    "resnet": Architecture(
        "ResNet", {"hidden_sizes": [24, 40], "depths": [1, 2], "embedding_size": 16}, "transformers-resnet"
    ),
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_fresh_model_of_transformers_is_drawn_as_its_preset_says(
    name: str, torch: Any, transformers: Any
) -> None:
    """Each parameter of a fresh model has the standard deviation and the distribution of the preset."""
    kind, options, preset, left_out = ARCHITECTURES[name]
    config = getattr(transformers, f"{kind}Config")(**options)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = getattr(transformers, f"{kind}Model")(config)
    found = differences(model, planned(model, preset), {})

    assert [] == [line for line in found if not line.partition(":")[0].endswith(left_out or ("?",))]


def test_a_fresh_lstm_of_transformers(torch: Any, transformers: Any) -> None:
    """An LSTM inside one of its models is drawn anew: Xavier over the gates together, biases 0."""

    class Config(transformers.PretrainedConfig):
        model_type = "lstm_alone"

    class Model(transformers.PreTrainedModel):
        config_class = Config

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.lstm = torch.nn.LSTM(24, 100)
            self.post_init()

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = Model(Config())
    spec = {"name": "lstm", "type": "lstm", "inputs": 24, "units": 100}

    assert [] == differences(model, planned(model, "transformers", [spec]), {})
