"""Attention over a sequence: each position attends to those of its own sequence, or of another, through several heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from winitgen.catalog.init import ONES, ZEROS, Init
from winitgen.catalog.layers.attention_checks import check_flow, check_inputs, check_options
from winitgen.catalog.layers.attention_options import AttentionOptions
from winitgen.catalog.layers.flow import Flow
from winitgen.catalog.layers.last_axis import same_shape
from winitgen.catalog.layers.layer import size_of
from winitgen.catalog.layers.weight import Weight


class MultiHeadAttention(AttentionOptions, frozen=True, kw_only=True):
    """Attention to its own input or to another layer's output, over heads that may share keys and values."""

    type: ClassVar[str] = "multi_head_attention"
    family: ClassVar[str] = "attention"

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape as it is: (positions, features), or a map with the features last."""
        self.check_names()
        self.check_biases()
        check_flow(self, incoming)
        size = size_of(self, incoming, -1)
        check_options(self, size)
        return same_shape(incoming, size)

    def join(self, flows: Sequence[Flow | None]) -> Flow:
        """Return the flow of the queries; the sources must be sequences, and the values as long as the keys."""
        outgoing = self.flow(flows[0])
        check_inputs(self, self.inputs_of(flows), self.features(flows))
        return outgoing

    def inputs_of(self, flows: Sequence[Flow | None]) -> dict[str, Flow | None]:
        """Return what flows in by the option that names it."""
        return dict(zip(self.input_keys, flows, strict=True))

    def features(self, flows: Sequence[Flow | None]) -> list[int | None]:
        """Return the features from which query, key and value are computed; None after a mistake."""
        sizes = {
            key: flow.shape[-1] if flow is not None and flow.shape else None
            for key, flow in self.inputs_of(flows).items()
        }
        sizes["from"] = size_of(self, flows[0], -1)
        return [sizes[key] for key in self.origins.values()]

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Return the parameters of self-attention."""
        return self.weights_for([incoming] * len(self.input_keys))

    def weights_for(self, flows: Sequence[Flow | None]) -> list[Weight]:
        """Four dense parts, each with the fans of one matrix for all heads together, and what else is asked for.

        Query (heads * head_dim, features), key (kv_heads * head_dim, features of its source), value
        (kv_heads * value_dim, features of its source), output (features, heads * value_dim). They are drawn
        separately even if a layout stores them ``fused``: the fans of a fused array would make Xavier's values
        too small (pytorch/pytorch#166378).
        """
        queries, keys, values = self.features(flows)
        if queries is None or keys is None or values is None:
            return []
        head_dim, shared = self.head_dim or queries // self.heads, self.kv_heads or self.heads
        value_dim = self.value_dim or head_dim
        wide, narrow, deep = self.heads * head_dim, shared * head_dim, shared * value_dim
        return [
            *self.dense("query", queries, wide),
            *self.dense("key", keys, narrow),
            *self.dense("value", values, deep),
            *self.dense("output", self.heads * value_dim, queries),
            *(self._norm("query_norm", head_dim if self.norm_over != "width" else wide)),
            *(self._norm("key_norm", head_dim if self.norm_over != "width" else narrow)),
            *(self._bias_kv("bias_k", narrow)),
            *(self._bias_kv("bias_v", deep)),
            *self._sinks(),
        ]

    def _bias_kv(self, part: str, size: int) -> list[Weight]:
        """Return a learned key or value, (1, 1, size), if there are any: tensors without a role, as in PyTorch.

        ``auto`` is Xavier with the fans that ``torch.nn.init`` sees in this shape, both the size.
        """
        if not self.bias_kv:
            return []
        auto = Init("xavier_normal")
        return [Weight("", (1, 1, size), "bias_kv_init", size, size, auto, part=self.named(part))]

    def _sinks(self) -> list[Weight]:
        """Return a score for each head, 0 at first: then it adds exp(0) = 1 to the sum of the softmax.

        It is a tensor without a role, as in gpt-oss: its id is its path.
        """
        name = self.named("sinks")
        return [Weight("", (self.heads,), "sinks_init", auto=ZEROS, part=name)] if self.sinks else []

    def _norm(self, part: str, size: int) -> list[Weight]:
        """Gamma 1, or 0 with an offset, and, in a layer norm with a bias, beta 0, of the norm of queries or keys, if there is one.

        No option but a rule says how they are drawn: ``init`` is that of the kernels.
        """
        name = self.named(part)
        weights = [
            Weight("gamma", (size,), "norm_init", auto=ZEROS if self.norm_offset else ONES, part=name),
            Weight("beta", (size,), "norm_init", auto=ZEROS, part=name),
        ]
        if not self.query_key_norm:
            return []
        return weights if part in self.biased and self.has_bias(part) else weights[:1]
