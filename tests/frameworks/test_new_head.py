"""A new head on a trained body: a model that was trained a step, a file with another head, and the library that loads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import winitgen
from tests.frameworks.conftest import import_framework
from winitgen.configs.conversion import convert

STEP = 0.1


def train(torch: Any, model: Any, loss: Any) -> None:
    """Take one step of gradient descent, so that no parameter is what it was."""
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1 - STEP) if parameter.grad is None else parameter.sub_(STEP * parameter.grad)


def saved(model: Any, path: Path) -> dict[str, Any]:
    """Save the tensors of a model with the library; return them."""
    state = {name: one.detach().clone() for name, one in model.state_dict().items()}
    import_framework("safetensors.torch").save_file(state, path, {"format": "pt", "step": "1"})
    return state


def test_a_classifier_of_torchvision(torch: Any, torchvision: Any, specs: Path, tmp_path: Path) -> None:
    """ResNet-18 for seven classes, with the body of one for a thousand, in training and in its statistics."""
    torch.manual_seed(0)
    trained = torchvision.models.resnet18()
    train(torch, trained, trained(torch.rand(2, 3, 64, 64)).square().mean())
    state = saved(trained, tmp_path / "trained.safetensors")
    spec = (specs / "resnet18.yaml").read_text().replace("units: 1000", "units: 7")
    (tmp_path / "model.yaml").write_text(spec)
    report = winitgen.write(
        tmp_path / "model.yaml",
        tmp_path / "new.safetensors",
        base=tmp_path / "trained.safetensors",
        only=["fc.*"],
    ).report

    model = torchvision.models.resnet18(num_classes=7)
    loaded = import_framework("safetensors.torch").load_file(tmp_path / "new.safetensors")
    model.load_state_dict(loaded, strict=True)
    drawn = winitgen.generate(tmp_path / "model.yaml")
    for name, values in model.state_dict().items():
        wanted = torch.from_numpy(drawn[name]) if name.startswith("fc.") else state[name]
        assert wanted.dtype == values.dtype
        assert torch.equal(wanted, values), name
    assert 120 == report["base"]["copied"]
    assert 1 == loaded["bn1.num_batches_tracked"]
    assert (
        120
        == winitgen.verify(tmp_path / "new.safetensors", base=tmp_path / "trained.safetensors")["copied"][
            "tensors"
        ]
    )


CONFIG = {
    "model_type": "llama",
    "architectures": ["LlamaForSequenceClassification"],
    "hidden_size": 48,
    "intermediate_size": 112,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 131,
    "id2label": {"0": "a", "1": "b", "2": "c"},
    "label2id": {"a": 0, "b": 1, "c": 2},
    "pad_token_id": 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("size", [None, "0.1MB"])
def test_a_classifier_on_a_language_model(
    size: str | None, torch: Any, transformers: Any, tmp_path: Path
) -> None:
    """The head that predicts words is left out, one that classifies is added, and no key is missing or unexpected."""
    torch.manual_seed(0)
    (tmp_path / "old").mkdir()
    config = transformers.LlamaConfig(**{**CONFIG, "architectures": ["LlamaForCausalLM"]})
    trained = transformers.LlamaForCausalLM(config)
    words = torch.arange(12).reshape(2, 6)
    train(torch, trained, trained(words, labels=words).loss)
    trained.save_pretrained(tmp_path / "old", max_shard_size=size or "5GB")
    content = json.dumps(CONFIG).encode()
    (tmp_path / "model.yaml").write_text(convert(content, "config.json", {}).text)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "config.json").write_bytes(content)
    report = winitgen.write(
        tmp_path / "model.yaml",
        tmp_path / "new" / "model.safetensors",
        base=tmp_path / "old",
        only=["score.*", "lm_head.*"],
        add=True,
    ).report

    model, info = transformers.LlamaForSequenceClassification.from_pretrained(
        tmp_path / "new", output_loading_info=True
    )
    assert not any(info[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert ["score.weight"] == report["base"]["added"]
    assert ["lm_head.weight"] == report["base"]["dropped"]
    for name, values in model.model.state_dict().items():
        assert torch.equal(trained.model.state_dict()[name], values), name
    drawn = winitgen.generate(tmp_path / "model.yaml")["score.weight"]
    assert torch.equal(torch.from_numpy(drawn), model.score.weight)
    assert (
        20
        == winitgen.verify(tmp_path / "new" / "model.safetensors", base=tmp_path / "old")["copied"]["tensors"]
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras on JAX
def test_a_dense_layer_of_keras(keras: Any, tmp_path: Path) -> None:
    """Keras saves a trained model, and loads the file with another head as its own."""
    spec = {
        "input": 6,
        "layout": "keras",
        "layers": [
            {"name": "body", "type": "dense", "units": 9, "activation": "relu"},
            {"name": "head", "type": "dense", "units": 4},
        ],
    }

    def fresh() -> Any:
        keras.utils.clear_session()
        return keras.Sequential(
            [keras.Input((6,)), keras.layers.Dense(9, activation="relu"), keras.layers.Dense(4)]
        )

    import numpy as np

    trained = fresh()
    trained.compile("sgd", "mse")
    trained.fit(np.ones((8, 6)), np.ones((8, 4)), verbose=0)
    trained.save_weights(tmp_path / "trained.weights.h5")
    winitgen.write(spec, tmp_path / "new.weights.h5", base=tmp_path / "trained.weights.h5", only=["head/*"])
    model = fresh()
    model.load_weights(tmp_path / "new.weights.h5")

    drawn = winitgen.generate(spec)
    body, body_bias, head, head_bias = model.get_weights()
    assert all(map(np.array_equal, (body, body_bias), trained.get_weights()[:2]))
    assert np.array_equal(head, drawn["head/kernel"])
    assert np.array_equal(head_bias, drawn["head/bias"])
    report = winitgen.verify(tmp_path / "new.weights.h5", base=tmp_path / "trained.weights.h5")
    assert 4 == report["copied"]["tensors"]  # two of them are the optimizer's
