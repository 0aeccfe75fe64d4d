"""The tensors of Keras's attentions, whose kernels have an axis for the heads, and what they do not have."""

from __future__ import annotations

from winitgen.catalog.layers.attention import MultiHeadAttention
from winitgen.layouts.attention import NEITHER, Lack
from winitgen.layouts.keras import arrays
from winitgen.layouts.keras.numbering import HERE, KerasLayer
from winitgen.layouts.tensor import Tensor
from winitgen.planning.plan import Parameter, PlannedLayer

LACKS = (
    *NEITHER,
    Lack("query_key_norm", "norm of queries and keys"),
    Lack(
        "value_dim",
        "size of its own for values that heads share",
        lambda kind: kind.value_dim is not None and kind.kv_heads not in (None, kind.heads),
    ),
)
"""What Keras's attention does not have."""

PARTS = {"query": "query", "key": "key", "value": "value", "output": "attention_output"}
"""The names of the parts of Keras's attention; in files they are ``query_dense`` and so on."""


def attention(layer: PlannedLayer, kind: MultiHeadAttention) -> list[KerasLayer]:
    """Return a MultiHeadAttention, or a GroupedQueryAttention if heads share keys and values.

    Query, key and value have kernels (features, heads, head_dim) and biases (heads, head_dim), the
    output a kernel (heads, head_dim, features).
    """
    grouped = kind.kv_heads not in (None, kind.heads)
    heads = {"key": kind.kv_heads, "value": kind.kv_heads}
    parts = {kind.named(part): part for part in PARTS}
    variables = []
    for parameter in layer.parameters:
        part = parts[parameter.part]
        name = (kind.names or {}).get(part, PARTS[part])
        tensor = _headed(f"{layer.path}.{name}", parameter, part, heads.get(part) or kind.heads)
        below = f"{'_' if grouped else ''}{part}_dense/vars/{0 if parameter.role == 'kernel' else 1}"
        variables.append((below, tensor))
    name = "grouped_query_attention" if grouped else "multi_head_attention"
    return [KerasLayer(name, (HERE,), tuple(variables))]


def _headed(path: str, parameter: Parameter, part: str, heads: int) -> Tensor:
    """Return a kernel or a bias of one part with an axis for the heads."""
    name = f"{path.replace('.', '/')}/{parameter.role}"
    if parameter.role != "kernel":
        shape = parameter.shape if part == "output" else (heads, parameter.size // heads)
        return Tensor(name, [parameter], shape)
    units, inputs = parameter.shape
    inner = (inputs, heads, units // heads)
    shape = (heads, inputs // heads, units) if part == "output" else inner
    return Tensor(name, [parameter], shape, arrays.kernel(shape=shape))
