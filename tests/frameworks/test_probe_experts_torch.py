"""The probe's mixture of experts against the same in PyTorch, written for each position, forward and back."""

from typing import Any

import numpy as np
import pytest

from tests.frameworks.autograd import DTYPES, batch, compare, tensors
from tests.probing.one_layer import BIASES, operation
from winitgen.probing.operations.operation import Operation

SAMPLES, T, D, U, E = 5, 7, 12, 9, 6


def network(own: Operation, number: int, x: Any, torch: Any) -> Any:
    """Return the output of one expert for one position."""

    def dense(part: str, values: Any) -> Any:
        kernel, bias = tensors(own, torch, "kernel", "bias", part=f"experts.{number}.{part}")
        return torch.nn.functional.linear(values, kernel, bias)

    layer = own.layer
    activation = functions(torch)[layer.activation.name]
    if not layer.gated:
        return dense("down", activation(dense("up", x)))
    limit = np.inf if layer.limit is None else layer.limit
    gate, up = dense("gate", x).clamp(max=limit), dense("up", x).clamp(-limit, limit)
    return dense("down", activation(gate) * (up + layer.up_shift))


def functions(torch: Any) -> dict[str, Any]:
    """Return PyTorch's function of each activation."""
    own = torch.nn.functional
    plain = {name: getattr(own, name) for name in ("silu", "gelu", "relu", "tanh")}
    return {**plain, "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x)}


def sparse(logits: Any, choices: int, jitter: float, torch: Any) -> tuple[list[int], list[Any]]:
    """Return the choices of SparseMixer for one position and their weights, as it is used once trained."""
    order, weights = logits.argsort(descending=True).tolist(), []
    for choice in range(choices):
        best = logits[order[choice]].detach()
        scale = torch.maximum(logits.detach().abs(), best)
        near = [i for i in order[choice:] if (best - logits[i].detach()) / scale[i] <= 2 * jitter]
        weights.append(logits[near].softmax(-1)[0])
    return order[:choices], weights


def mixture(own: Operation, rows: Any, torch: Any) -> Any:
    """Return the mixture's output for rows (positions, features), one position after another."""
    layer = own.layer
    kernel, bias, moved = tensors(own, torch, "kernel", "bias", "selection_bias", part="router")
    out = []
    for row in rows:
        logits = torch.nn.functional.linear(row, kernel, bias)
        if layer.routing == "sparsemixer":
            order, each = sparse(logits, layer.per_token, layer.routing_jitter or 0.01, torch)
            weights = torch.stack(each)
            if layer.normalize:
                weights = weights / weights.sum()
            out.append(sum(w * network(own, n, row, torch) for w, n in zip(weights, order, strict=True)))
            continue
        scores = logits.softmax(-1) if layer.routing == "softmax" else logits.sigmoid()
        order = (scores if moved is None else scores + moved).topk(layer.per_token).indices
        weights = scores[order]
        if layer.normalize:
            weights = weights / weights.sum()
        outputs = [network(own, int(number), row, torch) for number in order]
        out.append(sum(w * y for w, y in zip(weights * layer.routed_scale, outputs, strict=True)))
    return torch.stack(out)


CASES: dict[str, dict[str, Any]] = {
    "as in Mixtral": {"per_token": 2, "use_bias": False},
    "as in Qwen2": {"per_token": 4, "use_bias": False, "normalize": False, "activation": "gelu"},
    "as in DeepSeek-V3": {
        "per_token": 3,
        "use_bias": False,
        "routing": "sigmoid",
        "routed_scale": 2.5,
        "selection_bias": True,
    },
    "as in gpt-oss": {
        **BIASES,
        "per_token": 2,
        "router_bias": True,
        "stacked": True,
        "fused": True,
        "interleaved": True,
        "stored": "in_out",
        "activation": "quick_gelu",
        "limit": 0.3,
        "up_shift": 1.0,
    },
    "a limit alone": {"per_token": 2, "limit": 0.2},
    "as in Phi-3.5-MoE": {"per_token": 2, "routing": "sparsemixer", "normalize": False},
    "near scores": {"per_token": 3, "routing": "sparsemixer", "routing_jitter": 0.3, "normalize": False},
    "near scores by their sum": {"per_token": 2, "routing": "sparsemixer", "routing_jitter": 0.4},
    "as in Switch": {
        "per_token": 1,
        "normalize": False,
        "gated": False,
        "activation": "relu",
        "use_bias": False,
    },
    "every expert": {**BIASES, "per_token": E, "gated": False, "activation": "tanh", "router_bias": True},
    "sigmoid as it is": {**BIASES, "per_token": 2, "routing": "sigmoid", "normalize": False},
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_experts(case: str, dtype: str, torch: Any) -> None:
    """Output and gradient are those of the experts that PyTorch's `topk` chooses, weighted by their scores."""
    own = operation([T, D], {"type": "experts", "count": E, "units": U, **CASES[case]}, dtype=dtype)

    def reference(x: Any) -> Any:
        return mixture(own, x.flatten(0, 1), torch).unflatten(0, x.shape[:2])

    compare(own, torch, reference, [batch(SAMPLES, T, D, dtype=dtype)])


def test_experts_of_features(torch: Any) -> None:
    """A sample without positions is sent to its experts as a whole; several threads give the same."""
    layer = {"type": "experts", "count": E, "units": U, "per_token": 2, **BIASES}
    own = operation([D], layer, threads=3)

    compare(own, torch, lambda x: mixture(own, x, torch), [batch(SAMPLES, D, dtype="float64")])


def test_the_selection_bias_moves_only_the_choice(torch: Any) -> None:
    """With a large bias on the last expert everything goes there, still weighted by its score."""
    layer = {
        "type": "experts",
        "count": E,
        "units": U,
        "per_token": 1,
        "normalize": False,
        "selection_bias": True,
    }
    own = operation([D], layer)
    moved = own.weights.needed("selection_bias", "router")
    assert not moved.any()
    moved[-1] = 100.0

    compare(own, torch, lambda x: mixture(own, x, torch), [batch(SAMPLES, D, dtype="float64")])
    assert own.pre is not None
    assert (SAMPLES, U) == own.pre.shape
    logits = batch(SAMPLES, D, dtype="float64") @ own.weights.needed("kernel", "router").T
    assert not (np.argmax(logits, axis=1) == E - 1).all()
