"""Ties in PyTorch's own modules: strict loading, equal values, shared tensors left out."""

import copy
from collections.abc import Callable
from typing import Any

import winitgen

Q = {
    "type": "group",
    "name": "online",
    "layers": [
        {"name": "0", "type": "conv2d", "filters": 8, "kernel_size": 3, "strides": 2, "activation": "relu"},
        {"name": "2", "type": "batch_norm"},
        {"type": "flatten"},
        {"name": "4", "type": "dense", "units": 6, "bias_init": {"scheme": "normal", "std": 0.5}},
    ],
}


def agent(torch: Any) -> Any:
    """Return a module of two networks of one architecture, as in deep Q-learning."""
    nn = torch.nn
    module = nn.Module()
    module.online = nn.Sequential(
        nn.Conv2d(4, 8, 3, 2), nn.ReLU(), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 16, 6)
    )
    module.target = copy.deepcopy(module.online)
    return module


def test_target_network(torch: Any, fill: Callable[..., Any]) -> None:
    """The target network starts with the outputs of the online one."""
    spec = {
        "input": [4, 9, 9],
        "layers": [Q, {"type": "group", "name": "target", "tied_to": "online", "from": "input"}],
    }
    module = fill(agent(torch), spec).eval()
    x = torch.randn(3, 4, 9, 9, generator=torch.Generator().manual_seed(0))

    assert torch.equal(module.online(x), module.target(x))
    assert float(module.online(x).detach().std()) > 0.1


def test_shared_blocks(torch: Any, weights: Callable[..., Any]) -> None:
    """A module that holds one block twice has its tensors once, as safetensors saves it."""
    layers = [
        {
            "name": "attn",
            "type": "multi_head_attention",
            "heads": 2,
            "fused": True,
            "names": {"qkv": "in_proj", "output": "out_proj"},
        },
        {"name": "norm", "type": "layer_norm"},
    ]
    first = {"type": "group", "name": "first", "layers": layers}
    spec = {
        "input": [5, 12],
        "layers": [first, {"type": "group", "name": "second", "tied_to": "first", "tied": "omit"}],
    }
    module = torch.nn.Module()
    module.first = torch.nn.Module()
    module.first.attn, module.first.norm = (
        torch.nn.MultiheadAttention(12, 2, batch_first=True),
        torch.nn.LayerNorm(12),
    )
    module.load_state_dict(weights(spec), strict=True)
    report = winitgen.probe(spec, samples=4)

    assert 4 == len(
        [row for row in report["runs"][0]["layers"] if row["type"] in ("multi_head_attention", "layer_norm")]
    )


def test_both_tensors_of_a_linear(torch: Any, fill: Callable[..., Any]) -> None:
    """Kernel and bias of one layer are another's."""
    module = torch.nn.Module()
    module.a, module.b = torch.nn.Linear(5, 5), torch.nn.Linear(5, 5)
    both = {"kernel": "a", "bias": "a"}
    own = {"name": "a", "type": "dense", "units": 5, "bias_init": {"scheme": "normal", "std": 1}}
    fill(module, {"input": 5, "layers": [own, {"name": "b", "type": "dense", "units": 5, "tied_to": both}]})

    assert torch.equal(module.a.weight, module.b.weight)
    assert torch.equal(module.a.bias, module.b.bias)
