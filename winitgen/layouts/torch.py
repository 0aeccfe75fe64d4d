"""PyTorch's ``state_dict``: names joined by dots, kernels (out, in, ...), the canonical order of the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kernel_norm import KernelNorm, NormedKernel
from winitgen.catalog.layers.stored import Storable
from winitgen.layouts.keras_only import keras_only
from winitgen.layouts.tensor import Layout, Tensor
from winitgen.layouts.zeros import zeros_like
from winitgen.planning.plan import Parameter, Plan, PlannedLayer

if TYPE_CHECKING:
    from winitgen.catalog.layers.attention import MultiHeadAttention
    from winitgen.catalog.layers.experts import Experts
    from winitgen.layouts.experts import Stored

NAMES = {
    "kernel": "weight",
    "bias": "bias",
    "embeddings": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    "num_batches_tracked": "num_batches_tracked",
    "alpha": "weight",
}
"""The name of each role in PyTorch's own modules."""

CELLS = {
    "kernel": "weight_ih",
    "recurrent_kernel": "weight_hh",
    "bias": "bias_ih",
    "recurrent_bias": "bias_hh",
    "projection_kernel": "weight_hr",
}
"""The name of each role in PyTorch's recurrent modules, before the level and the direction."""


NORMED = {
    ("weight_norm", "parametrizations"): {
        "g": "parametrizations.weight.original0",
        "kernel": "parametrizations.weight.original1",
    },
    ("weight_norm", "hooks"): {"g": "weight_g", "kernel": "weight_v"},
    ("spectral_norm", "parametrizations"): {
        "kernel": "parametrizations.weight.original",
        "u": "parametrizations.weight.0._u",
        "v": "parametrizations.weight.0._v",
    },
    ("spectral_norm", "hooks"): {"kernel": "weight_orig", "u": "weight_u", "v": "weight_v"},
}
"""The names of the parts of a normalised kernel, in both generations of PyTorch's functions."""


def normed_name(parameter: Parameter, norm: KernelNorm) -> str:
    """Return the name of a parameter of a layer with a normalised kernel."""
    names = NAMES | NORMED[norm.type, norm.names]
    return f"{parameter.path}.{names[parameter.role]}"


def tensors(plan: Plan) -> list[Tensor]:
    """Return the tensors of all layers, in the order of the spec."""
    return [tensor for layer in plan.layers for tensor in _tensors(layer)]


def _tensors(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of one layer; for most types, each parameter is one tensor, unchanged."""
    match layer.layer.family:
        case "attention":
            return attention(layer, cast("MultiHeadAttention", layer.layer))
        case "experts":
            return mixture(layer, cast("Experts", layer.layer))
        case "recurrent":
            return recurrent(layer)
    match layer.layer:
        case NormedKernel(kernel_norm=KernelNorm() as norm):
            return [Tensor(normed_name(parameter, norm), [parameter]) for parameter in layer.parameters]
        case Storable() as kind:
            return dense(layer, kind)
        case _:
            return [Tensor(name_of(parameter), [parameter]) for parameter in layer.parameters]


def name_of(parameter: Parameter) -> str:
    """Return the parameter's name in a ``state_dict``; a ``param`` has no role and is its path."""
    return f"{parameter.path}.{NAMES[parameter.role]}" if parameter.role else parameter.path


def mixture(layer: PlannedLayer, kind: Experts) -> list[Tensor]:
    """Return the tensors of a mixture of experts."""
    from winitgen.layouts.experts import experts

    return experts(layer, kind, name_of_expert, in_out=False)


def name_of_expert(stored: Stored) -> str:
    """Return the name of a tensor of a mixture of experts.

    A stacked kernel is a parameter and no module: it is called ``experts.up``, and its bias
    ``experts.up_bias``. A name that ends in ``.weight`` is a module's, whose bias ends in ``.bias``.
    """
    if not stored.role:
        return stored.path
    if not stored.stacked:
        return f"{stored.path}.{NAMES[stored.role]}"
    if stored.role == "kernel":
        return stored.path
    module = stored.path.removesuffix(".weight")
    return f"{module}_bias" if module == stored.path else f"{module}.bias"


def recurrent(layer: PlannedLayer) -> list[Tensor]:
    """Return the tensors of ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``: gates concatenated along axis 0.

    These modules have two biases, which they add. If the second is not a parameter of the spec, it is 0, so
    that the sum for an LSTM's forget gate starts at 1 and not at 2.
    """
    found = []
    two = any(parameter.role == "recurrent_bias" for parameter in layer.parameters)
    for parameter in layer.parameters:
        level, _, direction = parameter.part.partition(".")
        ending = f"_{level}_reverse" if direction == "backward" else f"_{level}"
        projected = parameter.role == "projection_kernel"
        gates, units, *inputs = (1, *parameter.shape) if projected else parameter.shape
        shape = (gates * units, *inputs)
        found.append(Tensor(f"{layer.path}.{CELLS[parameter.role]}{ending}", [parameter], shape))
        if parameter.role == "bias" and not two:
            found.append(
                Tensor(
                    f"{layer.path}.bias_hh{ending}",
                    [zeros_like(parameter, "recurrent_bias", parameter.shape)],
                    shape,
                )
            )
    return found


def dense(layer: PlannedLayer, kind: Storable) -> list[Tensor]:
    """Return the tensors of a dense layer or a composite of them: (in, out) if it is stored so."""
    return [_dense(name_of(parameter), [parameter], kind) for parameter in layer.parameters]


def attention(layer: PlannedLayer, kind: MultiHeadAttention) -> list[Tensor]:
    """Return the tensors of an attention; if ``fused``, query, key and value are concatenated along axis 0.

    A fused part called ``in_proj`` is named as in ``nn.MultiheadAttention``, where it is a parameter and not
    a module: ``in_proj_weight``, ``in_proj_bias``. Its kernels are apart if their inputs have different sizes:
    ``q_proj_weight`` if the query is called ``q_proj``.
    """
    if not kind.fused:
        return dense(layer, kind)
    path = f"{layer.path}.{kind.named('qkv')}"
    join = "_" if path.endswith(".in_proj") else "."
    inside = [kind.named(part) for part in ("query", "key", "value")]
    joined = [parameter for parameter in layer.parameters if parameter.part in inside]
    others = [parameter for parameter in layer.parameters if parameter.part not in inside]
    found = []
    for role in dict.fromkeys(parameter.role for parameter in joined):
        parts = [parameter for parameter in joined if parameter.role == role]
        if len({parameter.shape[1:] for parameter in parts}) == 1:
            found.append(_dense(f"{path}{join}{NAMES[role]}", parts, kind))
        else:
            found += [_dense(f"{one.path}{join}{NAMES[role]}", [one], kind) for one in parts]
    return [*found, *(_dense(name_of(parameter), [parameter], kind) for parameter in others)]


def _dense(name: str, parameters: list[Parameter], kind: Storable) -> Tensor:
    """Return kernels, or biases, concatenated along axis 0, transposed if the layer is stored (in, out)."""
    first = parameters[0]
    shape = (sum(parameter.shape[0] for parameter in parameters), *first.shape[1:])
    if first.role == "kernel" and kind.stored == "in_out":
        return Tensor(name, parameters, shape[::-1], _transposed)
    return Tensor(name, parameters, shape)


def _transposed(*kernels: Any) -> Any:
    """Return kernels (units, inputs) as one kernel (inputs, units of all)."""
    import numpy as np

    return np.concatenate(kernels).T


def refused(plan: Plan) -> list[tuple[int, Refusal]]:
    """Return the layers that PyTorch does not have, by their index in ``plan.layers``, and the reasons."""
    return keras_only(plan, "PyTorch")


LAYOUT = Layout(
    "torch",
    "pt",
    "PyTorch state_dict: fc1.weight (out, in), conv.weight (out, in/groups, *k)",
    tensors,
    refused,
)
