"""Small models of PyTorch and torchvision, as their libraries initialize them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.frameworks.any_torch.sitecustomize import torchvision_of_any_build
from winitgen.numeric.arrays import Array


def _nn(make: Callable[[Any], Any], seed: int) -> Any:
    import torch

    torch.manual_seed(seed)
    return make(torch.nn)


def _mlp(nn: Any) -> Any:
    return nn.Sequential(
        nn.Linear(96, 384), nn.ReLU(), nn.LayerNorm(384), nn.Linear(384, 130), nn.Linear(130, 7)
    )


def _convolutions(nn: Any) -> Any:
    return nn.Sequential(
        nn.Conv2d(3, 24, 5), nn.BatchNorm2d(24), nn.Conv2d(24, 96, 3, groups=3), nn.ConvTranspose2d(96, 40, 4),
        nn.GroupNorm(4, 40), nn.Conv1d(40, 72, 3), nn.Conv3d(8, 20, 3), nn.PReLU(20),
    )  # fmt: skip


def _recurrent(nn: Any) -> Any:
    return nn.ModuleDict(
        {"lstm": nn.LSTM(50, 96, 2), "gru": nn.GRU(96, 33, bidirectional=True), "rnn": nn.RNN(33, 96)}
    )


def _tables(nn: Any) -> Any:
    return nn.ModuleDict(
        {
            "a": nn.Embedding(700, 48, padding_idx=2),
            "b": nn.EmbeddingBag(300, 36),
            "c": nn.Bilinear(20, 30, 12),
        }
    )


def _initialized(nn: Any) -> Any:
    """A module with each initializer of the library once."""
    init, found = nn.init, nn.ModuleDict()
    recipes: dict[str, Callable[[Any], Any]] = {
        "xavier_uniform": init.xavier_uniform_, "xavier_normal": init.xavier_normal_,
        "kaiming_uniform": partial(init.kaiming_uniform_, nonlinearity="relu"),
        "kaiming_normal": partial(init.kaiming_normal_, nonlinearity="relu"),
        "kaiming_out": partial(init.kaiming_normal_, mode="fan_out", nonlinearity="relu"),
        "lecun": partial(init.kaiming_normal_, nonlinearity="linear"),
        "orthogonal": init.orthogonal_, "gained": partial(init.orthogonal_, gain=2**0.5),
        "trunc": partial(init.trunc_normal_, std=0.02), "cut": partial(init.trunc_normal_, std=0.02, a=-0.04, b=0.04),
        "eye": init.eye_, "normal": partial(init.normal_, std=0.006), "uniform": partial(init.uniform_, a=-0.1, b=0.3),
        "constant": partial(init.constant_, val=0.3), "tall": init.orthogonal_,
    }  # fmt: skip
    for name, recipe in recipes.items():
        found[name] = nn.Linear(*((60, 130) if name == "tall" else (140, 96)), bias=False)
        recipe(found[name].weight)
    found["dirac"] = nn.Conv2d(24, 20, 3, bias=False)
    init.dirac_(found["dirac"].weight)
    return found


def _tied(nn: Any) -> Any:
    model = nn.ModuleDict(
        {"embed": nn.Embedding(400, 64), "body": nn.Linear(64, 64), "head": nn.Linear(64, 400)}
    )
    model["head"].weight = model["embed"].weight
    return model


def _by_depth(nn: Any) -> Any:
    """Layers whose std falls with the root of their number."""
    layers = nn.ModuleList(
        nn.ModuleDict({"up": nn.Linear(96, 300), "down": nn.Linear(300, 96)}) for _ in range(6)
    )
    for number, layer in enumerate(layers):
        nn.init.normal_(layer["up"].weight, std=0.02)
        nn.init.normal_(layer["down"].weight, std=0.02 / (2 * (number + 1)) ** 0.5)
        nn.init.zeros_(layer["up"].bias)
        nn.init.zeros_(layer["down"].bias)
    return layers


def _bfloat16(nn: Any) -> Any:
    return _mlp(nn).bfloat16()


def _float16(nn: Any) -> Any:
    return _initialized(nn).half()


def _transformer(nn: Any) -> Any:
    return nn.Transformer(96, 4, 2, 2, 250)


def _vision(name: str, seed: int) -> Any:
    torchvision = torchvision_of_any_build()
    import torch

    torch.manual_seed(seed)
    return getattr(torchvision.models, name)(weights=None, num_classes=40)


def _timm(name: str, seed: int) -> Any:
    torchvision_of_any_build()
    import timm
    import torch

    torch.manual_seed(seed)
    return timm.create_model(name, num_classes=40)


MODULES = {
    "mlp": _mlp, "convolutions": _convolutions, "recurrent": _recurrent, "tables": _tables, "initialized": _initialized,
    "tied": _tied, "by depth": _by_depth, "bfloat16": _bfloat16, "float16": _float16, "transformer": _transformer,
}  # fmt: skip
VISION = ("resnet18", "mobilenet_v2", "shufflenet_v2_x0_5", "squeezenet1_1", "mnasnet0_5", "efficientnet_b0", "swin_t", "convnext_tiny")  # fmt: skip
TIMM = ("vit_tiny_patch16_224", "mixer_s32_224", "convnext_atto", "deit_tiny_patch16_224", "resnet10t")

MODELS: dict[str, Callable[[int], Any]] = {
    **{f"torch:{name}": partial(_nn, make) for name, make in MODULES.items()},
    **{f"torchvision:{name}": partial(_vision, name) for name in VISION},
    **{f"timm:{name}": partial(_timm, name) for name in TIMM},
}


def save(model: Any, folder: Path) -> tuple[Path, dict[str, Array]]:
    """Save a model as its authors would, tensors that share memory twice."""
    from safetensors.torch import save_file

    path = folder / "model.safetensors"
    state = {name: value.detach().contiguous().clone() for name, value in model.state_dict().items()}
    save_file(state, path)
    return path, {name: value.float().numpy() for name, value in state.items()}
