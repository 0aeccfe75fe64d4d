"""Ten real models: what a probe reports of each layer, beside what PyTorch's hooks see on the same weights and batch.

``python -m tests.frameworks.real_models [NAME...]`` prints a table, and ends with 1 if a figure differs by more than 1e-3. It takes
some minutes; it needs torch, torchvision and transformers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

import winitgen
from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from tests.frameworks.test_convolutions_torch import generator
from tests.frameworks.test_examples_torch import unet
from winitgen.numeric.workers import Workers
from winitgen.probing.samples import gaussian, tokens

SPECS = Path(__file__).parents[2] / "specs"
SAMPLES = 2
BOUND = 1e-3
INSIDE = ("multi_head_attention", "lstm")
"""Types whose activations are inside: the module's output is the layer's."""

AFTER = ("activation",)
"""Types whose module is an activation, where the row has the gradient before it: outputs alone are compared."""

UNLIKE = ("embedding", "positional_embedding", "add")
"""Types whose rows are of more or of less than the module with the layer's name."""

nn = torch.nn


class Agreement(NamedTuple):
    """How many layers were compared, and the largest relative difference of their means, stds and gradients' stds."""

    layers: int
    mean: float
    std: float
    gradient: float

    @property
    def good(self) -> bool:
        """Whether all differences are within the bound."""
        return self.layers > 0 and max(self[1:]) <= BOUND


def images(size: int = 224, channels: int = 3) -> dict[str, Any]:
    """Return the images that a probe draws."""
    shape = (SAMPLES, channels, size, size)
    return {"": torch.from_numpy(gaussian(0, "input", shape, "float32", Workers(1)))}


def words(count: int, **positions: int) -> dict[str, Any]:
    """Return the tokens that a probe draws, for inputs with so many positions; a sole input has no name."""
    return {
        name: torch.from_numpy(tokens(0, f"tokens {name}" if name else "tokens", (SAMPLES, size), count))
        for name, size in positions.items()
    }


def of_torchvision(name: str) -> tuple[Any, dict[str, Any]]:
    """Return a model of torchvision and its batch."""
    return getattr(torchvision_of_any_build().models, name)(weights=None), images()


def gpt2() -> tuple[Any, dict[str, Any]]:
    """Return GPT-2 in the size of the example."""
    from transformers import GPT2Config, GPT2LMHeadModel

    sizes = {"n_layer": 2, "n_embd": 64, "n_head": 4, "vocab_size": 256, "n_positions": 64}
    none = {"activation_function": "gelu", "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    model = GPT2LMHeadModel(GPT2Config(**sizes, **none, attn_implementation="eager"))
    [batch] = words(256, sole=64).values()
    return model, {"input_ids": torch.from_numpy(tokens(0, "tokens", tuple(batch.shape), 256))}


def t5() -> tuple[Any, dict[str, Any]]:
    """Return T5-small, with an encoder and a decoder."""
    from transformers import T5Config, T5ForConditionalGeneration

    model = T5ForConditionalGeneration(T5Config(dropout_rate=0.0))
    return model, words(32128, input_ids=32, decoder_input_ids=24)


class Tagger(nn.Module):
    """The tagger of specs/lstm.yaml."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(1000, 32)
        self.lstm = nn.LSTM(32, 48, 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(96, 9)

    def forward(self, words: Any) -> Any:
        """Return the logits of each position."""
        return self.head(self.lstm(self.embed(words))[0])


def tagger() -> tuple[Any, dict[str, Any]]:
    """Return the tagger and its words."""
    return Tagger(), {"": torch.from_numpy(tokens(0, "tokens", (SAMPLES, 20), 1000))}


def noise() -> dict[str, Any]:
    """Return what a generator reads."""
    return {"": torch.from_numpy(gaussian(0, "input", (SAMPLES, 100, 1, 1), "float32", Workers(1)))}


MODELS: dict[str, tuple[str, str, Callable[[], tuple[Any, dict[str, Any]]]]] = {
    "ResNet-18": ("CNN", "resnet18", partial(of_torchvision, "resnet18")),
    "VGG-16": ("CNN", "vgg16", partial(of_torchvision, "vgg16")),
    "MobileNet-V2": ("CNN", "mobilenet-v2", partial(of_torchvision, "mobilenet_v2")),
    "EfficientNet-B0": ("CNN", "efficientnet-b0", partial(of_torchvision, "efficientnet_b0")),
    "GPT-2 (small sizes)": ("transformer", "gpt2", gpt2),
    "T5-small": ("transformer", "t5-small", t5),
    "ViT-B/16": ("transformer", "vit-b16", partial(of_torchvision, "vit_b_16")),
    "BiLSTM tagger": ("LSTM", "lstm", tagger),
    "U-Net": ("U-Net", "unet", lambda: (unet(torch), images(256, 1))),
    "DCGAN generator": ("GAN", "dcgan", lambda: (generator(nn), noise())),
}


def filled(model: Any, spec: Path) -> Any:
    """Return a model in training mode, without dropout, that has the values of a spec."""
    weights = {name: torch.from_numpy(np.array(array)) for name, array in winitgen.generate(spec).items()}
    lost = model.load_state_dict(weights, strict=False)
    assert not lost.unexpected_keys, lost.unexpected_keys
    copies = {name for name in lost.missing_keys if name.endswith(("lm_head.weight", "embed_tokens.weight"))}
    buffers = {name for name, _ in model.named_buffers()}
    assert not {*lost.missing_keys} - copies - buffers, lost.missing_keys
    for module in model.modules():
        if type(module).__name__ in ("Dropout", "StochasticDepth"):
            module.p = 0.0
    return model.train()


class Seen(NamedTuple):
    """Moments of a module's output and of its gradient."""

    mean: float
    std: float
    gradient: list[float]


def hooked(model: Any) -> dict[str, list[Seen]]:
    """Return what hooks will see at each module that returns a tensor, or a tuple that begins with one."""
    seen: dict[str, list[Seen]] = {}

    def look(path: str, _: Any, __: Any, out: Any) -> None:
        first = out[0] if isinstance(out, tuple) else out
        if not isinstance(first, torch.Tensor) or not first.requires_grad:
            return
        values = first.detach().double()
        found = Seen(values.mean().item(), values.std(unbiased=False).item(), [])
        first.register_hook(lambda g: found.gradient.append(g.double().std(unbiased=False).item()))
        seen.setdefault(path, []).append(found)

    for path, module in model.named_modules():
        module.register_forward_hook(partial(look, path))
    return seen


def agreement(name: str) -> Agreement:
    """Return how a probe of a model agrees with PyTorch."""
    _, file, make = MODELS[name]
    spec = SPECS / f"{file}.yaml"
    model, batch = make()
    model = filled(model, spec)
    seen = hooked(model)
    out = model(batch[""]) if "" in batch else model(**batch, use_cache=False).logits
    rows = winitgen.probe(spec, samples=SAMPLES)["runs"][0]["layers"]
    if rows[-1]["activation"] == "softmax":  # which models of PyTorch leave to the loss
        out = out.softmax(1)
    sent = gaussian(0, "gradient 0", tuple(out.shape), "float32", Workers(1))
    out.backward(torch.from_numpy(sent))
    differences = [
        _difference(row, seen[row["layer"]][0])
        for row in rows
        if len(seen.get(row["layer"], ())) == 1 and row["type"] not in UNLIKE
    ]
    worst = [max(column) for column in zip(*differences, strict=True)]
    return Agreement(len(differences), *worst)


def _difference(row: dict[str, Any], seen: Seen) -> tuple[float, float, float]:
    """Return the differences of mean, std and gradient's std, the first over the root mean square."""
    own = row["out"] if row["type"] in (*INSIDE, *AFTER) or row["pre"] is None else row["pre"]
    root = max(float(np.hypot(seen.mean, seen.std)), 1e-30)
    if row["type"] in AFTER or row["gradient"] is None or not seen.gradient:
        return abs(own["mean"] - seen.mean) / root, abs(own["std"] - seen.std) / root, 0.0
    [gradient] = seen.gradient
    return (
        abs(own["mean"] - seen.mean) / root,
        abs(own["std"] - seen.std) / root,
        abs(row["gradient"]["std"] - gradient) / max(gradient, 1e-30),
    )


def main(names: list[str]) -> int:
    """Print the table; return 1 if a model does not agree."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    torchvision_of_any_build()
    bad = 0
    print("| model | kind | layers | mean | std | gradient std |\n|---|---|---:|---:|---:|---:|")
    for name in names or MODELS:
        found = agreement(name)
        bad += not found.good
        figures = " | ".join(f"{value:.1e}" for value in found[1:])
        print(f"| {name} | {MODELS[name][0]} | {found.layers} | {figures} |", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
