"""The first plain step against a loss: norms of weights, gradients and updates are those of PyTorch's autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import winitgen
from winitgen.numeric.workers import Workers
from winitgen.probing.samples import gaussian, tokens

torch = pytest.importorskip("torch")
nn = torch.nn

N = 6
BIASED = {"defaults": {"bias_init": {"scheme": "normal", "std": 0.3}}}


def batch(*shape: int) -> Any:
    """Return the samples that a probe draws."""
    return torch.from_numpy(gaussian(0, "input", (N, *shape), "float32", Workers(1)))


def random_tokens(what: str, shape: tuple[int, ...], count: int) -> Any:
    """Return the tokens or labels that a probe draws."""
    return torch.from_numpy(tokens(0, what, shape, count))


def step(spec: Any, loss: str = "cross_entropy", **options: Any) -> dict[str, Any]:
    """Return what a probe says of the first step."""
    found: dict[str, Any] = winitgen.probe(spec, samples=N, loss=loss, threads=2, **options)["runs"][0][
        "step"
    ]
    return found


def loaded(model: Any, spec: Any) -> Any:
    """Return a model with the weights of a spec."""
    weights = winitgen.generate(spec)
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in weights.items()})
    return model


def agree(found: dict[str, Any], loss: Any, expected: dict[str, tuple[Any, Any]]) -> None:
    """Compare a step with parameters of PyTorch by id: each its values and its gradient."""
    rows = {row["id"]: row for row in found["parameters"]}
    assert rows.keys() == expected.keys()
    assert found["value"] == pytest.approx(loss.item(), rel=1e-4)
    for id_, (values, gradient) in expected.items():
        weight, change = (float(torch.linalg.vector_norm(one.double())) for one in (values, gradient))
        row, rate = rows[id_], found["learning_rate"]
        assert row["weight_norm"] == pytest.approx(weight, rel=1e-3, abs=1e-9), id_
        assert row["gradient_norm"] == pytest.approx(change, rel=1e-3), id_
        assert row["ratio"] == (pytest.approx(rate * change / weight, rel=1e-3) if weight else None), id_


def by_name(model: Any, roles: Callable[[str], str]) -> dict[str, tuple[Any, Any]]:
    """Return the parameters of a model by the ids that ``roles`` gives."""
    return {roles(name): (one.detach(), one.grad) for name, one in model.named_parameters()}


def kernel_or_bias(name: str) -> str:
    """Return the id of a tensor of a layer with one kernel, or of a norm."""
    path, _, leaf = name.rpartition(".")
    norm = path.startswith("bn")
    return f"{path}/{ {'weight': 'gamma', 'bias': 'beta'}[leaf] if norm else {'weight': 'kernel', 'bias': 'bias'}[leaf] }"


def dense(name: str, units: int, activation: str = "linear") -> dict[str, Any]:
    """Return a dense layer."""
    return {"name": name, "type": "dense", "units": units, "activation": activation}


class Mlp(nn.Module):
    """Three dense layers of unequal widths."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(7, 11), nn.Linear(11, 5), nn.Linear(5, 3)

    def forward(self, x: Any) -> Any:
        """Return the logits."""
        return self.c(torch.relu(self.b(torch.tanh(self.a(x)))))


def mlp(last: str) -> dict[str, Any]:
    """Return the spec of `Mlp` with the activation of its last layer."""
    return {
        "input": [7],
        "layers": [dense("a", 11, "tanh"), dense("b", 5, "relu"), dense("c", 3, last)],
        **BIASED,
    }


@pytest.mark.parametrize("last", ["linear", "softmax"])
def test_cross_entropy_of_unequal_widths(last: str) -> None:
    """Logits, or shares of a softmax, have the loss and the gradients of PyTorch; the rate multiplies the updates."""
    model = loaded(Mlp(), mlp(last))
    loss = nn.functional.cross_entropy(model(batch(7)), random_tokens("labels 0", (N,), 3))
    loss.backward()
    agree(step(mlp(last)), loss, by_name(model, kernel_or_bias))
    agree(step(mlp(last), learning_rate=0.05), loss, by_name(model, kernel_or_bias))


def test_mean_square_of_unequal_widths() -> None:
    """The targets are standard Gaussian."""
    model = loaded(Mlp(), mlp("linear"))
    targets = torch.from_numpy(gaussian(0, "targets 0", (N, 3), "float32", Workers(1)))
    loss = nn.functional.mse_loss(model(batch(7)), targets)
    loss.backward()
    agree(step(mlp("linear"), "mse"), loss, by_name(model, kernel_or_bias))


def test_gradients_far_outside_float32() -> None:
    """Gradients that float32 cannot hold have the norms of float64's."""
    tiny = {"scheme": "normal", "std": 1e-30}
    layers = [{**dense(name, units), "init": tiny} for name, units in (("a", 11), ("b", 5), ("c", 3))]
    spec = {"input": [7], "dtype": "float64", "layers": layers}
    model = loaded(
        nn.ModuleDict({"a": nn.Linear(7, 11), "b": nn.Linear(11, 5), "c": nn.Linear(5, 3)}).double(), spec
    )
    x = torch.from_numpy(gaussian(0, "input", (N, 7), "float64", Workers(1)))
    loss = nn.functional.cross_entropy(
        model["c"](model["b"](model["a"](x))), random_tokens("labels 0", (N,), 3)
    )
    loss.backward()
    agree(step(spec), loss, by_name(model, kernel_or_bias))


class Cnn(nn.Module):
    """Convolutions with strides, groups, dilation and a transposed one, between norms."""

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(6)
        self.c2 = nn.Conv2d(6, 9, (3, 2), groups=3, dilation=(2, 1))
        self.c3 = nn.ConvTranspose2d(9, 4, 3, stride=2, padding=1, groups=1)
        self.bn2 = nn.GroupNorm(2, 4)
        self.c4 = nn.Conv2d(4, 4, 3, groups=4, padding=1)
        self.fc = nn.Linear(4, 5)

    def forward(self, x: Any) -> Any:
        """Return the logits."""
        x = torch.relu(self.bn1(self.c1(x)))
        x = torch.relu(self.bn2(self.c3(self.c2(x))))
        return self.fc(self.c4(x).mean((2, 3)))


def test_convolutions_and_norms() -> None:
    """Kernels of every kind of convolution, and scales and shifts of norms."""
    spec = {
        "input": [3, 13, 11],
        "layers": [
            {"name": "c1", "type": "conv2d", "filters": 6, "kernel_size": 3, "strides": 2, "padding": 1},
            {"name": "bn1", "type": "batch_norm", "activation": "relu"},
            {
                "name": "c2",
                "type": "conv2d",
                "filters": 9,
                "kernel_size": [3, 2],
                "groups": 3,
                "dilation": [2, 1],
            },
            {
                "name": "c3",
                "type": "conv2d_transpose",
                "filters": 4,
                "kernel_size": 3,
                "strides": 2,
                "padding": 1,
            },
            {"name": "bn2", "type": "group_norm", "groups": 2, "activation": "relu"},
            {"name": "c4", "type": "depthwise_conv2d", "kernel_size": 3, "padding": 1},
            {"type": "global_avg_pool2d"},
            dense("fc", 5),
        ],
        **BIASED,
    }
    model = Cnn()
    weights = {name: torch.from_numpy(np.array(array)) for name, array in winitgen.generate(spec).items()}
    model.load_state_dict(weights, strict=False)
    loss = nn.functional.cross_entropy(model(batch(3, 13, 11)), random_tokens("labels 0", (N,), 5))
    loss.backward()
    expected = by_name(model, kernel_or_bias)
    lost = {"c1/bias"}  # a batch norm takes the mean away: its gradient is rounding
    found = step(spec)
    found["parameters"] = [row for row in found["parameters"] if row["id"] not in lost]
    agree(found, loss, {id_: pair for id_, pair in expected.items() if id_ not in lost})


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_recurrent_layers(kind: str) -> None:
    """Two levels in both directions: input and recurrent kernels, and both biases."""
    cell = {
        "name": "r",
        "type": kind,
        "units": 5,
        "num_layers": 2,
        "bidirectional": True,
        "return_sequences": False,
    }
    spec = {
        "input": [4, 3],
        "layers": [cell, dense("fc", 3)],
        "defaults": {"bias_init": {"scheme": "normal", "std": 0.3}, "preset": "torch"},
    }
    torch_kind = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
    model = nn.ModuleDict(
        {"r": torch_kind(3, 5, 2, batch_first=True, bidirectional=True), "fc": nn.Linear(10, 3)}
    )
    loaded(model, spec)
    out = model["r"](batch(4, 3))[0]
    ends = torch.cat([out[:, -1, :5], out[:, 0, 5:]], -1)
    loss = nn.functional.cross_entropy(model["fc"](ends), random_tokens("labels 0", (N,), 3))
    loss.backward()

    def role(name: str) -> str:
        if name.startswith("fc"):
            return kernel_or_bias(name)
        what, which, level = name.removeprefix("r.").removesuffix("_reverse").split("_")
        leaf = ("" if which == "ih" else "recurrent_") + {"weight": "kernel", "bias": "bias"}[what]
        return f"r.{level}.{'backward' if name.endswith('reverse') else 'forward'}/{leaf}"

    agree(step(spec), loss, by_name(model, role))


def language_model() -> dict[str, Any]:
    """Return a transformer whose head has the values of its embedding."""
    attention = {
        "name": "attn",
        "type": "multi_head_attention",
        "heads": 2,
        "fused": True,
        "causal": True,
        "names": {"qkv": "in_proj", "output": "out_proj"},
    }
    return {
        "input": {"tokens": 5},
        "layers": [
            {"name": "wte", "type": "embedding", "count": 17, "dim": 6, "init": "normal"},
            {"name": "wpe", "type": "positional_embedding", "count": 8, "dim": 6, "init": "normal"},
            {"type": "residual", "layers": [{"name": "ln1", "type": "layer_norm"}, attention]},
            {
                "type": "residual",
                "layers": [
                    {"name": "ln2", "type": "rms_norm", "epsilon": 1e-6},
                    dense("up", 9, "gelu"),
                    dense("down", 6),
                ],
            },
            {"name": "head", "type": "dense", "units": 17, "use_bias": False, "tied_to": "wte"},
        ],
        **BIASED,
    }


def test_a_language_model_with_a_tied_head() -> None:
    """Attention has the gradients of its three kernels; the tied table has the sum of both uses."""
    spec = language_model()
    w = {
        name: torch.from_numpy(np.array(one)).requires_grad_()
        for name, one in winitgen.generate(spec).items()
    }
    f = nn.functional
    table = w["wte.weight"]
    x = f.embedding(random_tokens("tokens", (N, 5), 17), table) + w["wpe.weight"][:5]
    y = f.layer_norm(x, (6,), w["ln1.weight"], w["ln1.bias"])
    query, key, value = (
        part.reshape(N, 5, 2, 3).transpose(1, 2)
        for part in f.linear(y, w["attn.in_proj_weight"], w["attn.in_proj_bias"]).chunk(3, -1)
    )
    attended = f.scaled_dot_product_attention(query, key, value, is_causal=True)
    attended = attended.transpose(1, 2).reshape(N, 5, 6)
    x = x + f.linear(attended, w["attn.out_proj.weight"], w["attn.out_proj.bias"])
    y = f.rms_norm(x, (6,), w["ln2.weight"], 1e-6)
    y = f.linear(f.gelu(f.linear(y, w["up.weight"], w["up.bias"])), w["down.weight"], w["down.bias"])
    logits = f.linear(x + y, table)
    loss = f.cross_entropy(logits.reshape(-1, 17), random_tokens("labels 0", (N, 5), 17).reshape(-1))
    loss.backward()
    expected = {
        "wte/embeddings": (table.detach(), table.grad),
        "wpe/embeddings": (w["wpe.weight"].detach(), w["wpe.weight"].grad),
    }
    for name in ("ln1", "ln2"):
        expected[f"{name}/gamma"] = (w[f"{name}.weight"].detach(), w[f"{name}.weight"].grad)
    expected["ln1/beta"] = (w["ln1.bias"].detach(), w["ln1.bias"].grad)
    parts = [("attn.out_proj", "attn.out_proj."), ("up", "up."), ("down", "down.")]
    for leaf, role in (("weight", "kernel"), ("bias", "bias")):
        whole = w[f"attn.in_proj_{leaf}"]
        for part, own, gradient in zip(
            ("query", "key", "value"), whole.detach().chunk(3), whole.grad.chunk(3), strict=True
        ):
            expected[f"attn.{part}/{role}"] = (own, gradient)
        expected |= {f"{id_}/{role}": (w[name + leaf].detach(), w[name + leaf].grad) for id_, name in parts}
    found = step(spec)
    rows = found["parameters"]
    [of_key] = [row for row in rows if row["id"] == "attn.key/bias"]
    assert of_key["gradient_norm"] < 1e-6  # it moves all scores of a query alike: 0 but for rounding
    found["parameters"] = [row for row in rows if row is not of_key]
    del expected["attn.key/bias"]
    agree(found, loss, expected)
    assert found["left_out"] == []
