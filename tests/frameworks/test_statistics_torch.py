"""PyTorch's own initialization, tested against the preset and the schemes of nn.init."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winitgen
from winitgen.audit.statistics import check
from winitgen.files.input import open_weights

SPEC = {
    "input": {"tokens": 7},
    "defaults": {"preset": "torch"},
    "layers": [
        {"name": "words", "type": "embedding", "count": 50, "dim": 24, "padding_index": 0},
        {"name": "lstm", "type": "lstm", "units": 40, "bidirectional": True, "return_sequences": True},
        {"name": "norm", "type": "layer_norm"},
        {"name": "fc", "type": "dense", "units": 30},
    ],
}

SCHEMES: dict[str, tuple[Any, Callable[[Any, Any], None]]] = {
    "xavier_normal": ("xavier_normal", lambda init, w: init.xavier_normal_(w)),
    "xavier_uniform": ("xavier_uniform", lambda init, w: init.xavier_uniform_(w)),
    "kaiming_normal": ("he_normal", lambda init, w: init.kaiming_normal_(w, nonlinearity="relu")),
    "kaiming_uniform": ("he_uniform", lambda init, w: init.kaiming_uniform_(w, nonlinearity="relu")),
    "trunc_normal": (
        {"scheme": "truncated_normal", "std": 0.02, "correct": False},
        lambda init, w: init.trunc_normal_(w, std=0.02, a=-0.04, b=0.04),
    ),
    "orthogonal": ("orthogonal", lambda init, w: init.orthogonal_(w)),
    "sparse": (
        {"scheme": "sparse", "nonzeros": 20, "direction": "outgoing", "std": 0.01},
        lambda init, w: init.sparse_(w, sparsity=0.9),
    ),
    "dirac": ("identity", lambda init, w: init.eye_(w)),
}


@pytest.fixture
def verdict(framework: Callable[[str], Any], tmp_path: Path) -> Callable[..., str]:
    """Return a function that saves tensors as users of PyTorch do, and tests the file."""

    def verdict(state: dict[str, Any], spec: Any, **options: Any) -> str:
        path = tmp_path / "w.safetensors"
        framework("safetensors.torch").save_file({k: v.contiguous() for k, v in state.items()}, path)
        with open_weights(path) as weights:
            report = check(weights, winitgen.plan(spec, **options))
        return str(report["verdict"])

    return verdict


def test_fresh_modules(torch: Any, verdict: Callable[..., str]) -> None:
    """New Embedding, LSTM, LayerNorm and Linear agree with the preset; with a kernel 5 % larger they do not."""
    nn = torch.nn
    torch.manual_seed(0)
    modules = {
        "words": nn.Embedding(50, 24, padding_idx=0),
        "lstm": nn.LSTM(24, 40, bidirectional=True),
        "norm": nn.LayerNorm(80),
        "fc": nn.Linear(80, 30),
    }
    state = nn.ModuleDict(modules).state_dict()

    assert "agrees" == verdict(state, SPEC)
    assert "differs" == verdict({**state, "lstm.weight_hh_l0": state["lstm.weight_hh_l0"] * 1.05}, SPEC)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("name", SCHEMES)
def test_functions(name: str, dtype: str, torch: Any, verdict: Callable[..., str]) -> None:
    """Each function of nn.init agrees with its scheme; 6 % too large it does not."""
    init, draw = SCHEMES[name]
    torch.manual_seed(0)
    weight = torch.empty(200, 500)
    draw(torch.nn.init, weight)
    layer = {"name": "fc", "type": "dense", "units": 200, "init": init, "use_bias": False}
    spec = {"input": 500, "layers": [layer]}
    wanted = getattr(torch, dtype)

    assert "agrees" == verdict({"fc.weight": weight.to(wanted)}, spec, dtype=dtype)
    assert "differs" == verdict({"fc.weight": (weight * 1.06).to(wanted)}, spec, dtype=dtype)
