"""Mixture of experts: a router sends each position to a few of many feed-forward networks."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from winitgen.catalog.activations import Applied
from winitgen.catalog.init import ZEROS
from winitgen.catalog.layers.composite import XAVIER, Composite
from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.kinds import Dtype, Size, Switch
from winitgen.catalog.layers.last_axis import same_shape
from winitgen.catalog.layers.layer import refuse_tokens, size_of
from winitgen.catalog.layers.stored import Stored
from winitgen.catalog.layers.weight import Weight

ROUTER = "router"
SELECTION_BIAS = "selection_bias"

Count = Annotated[int, Meta(ge=1, le=10_000, description="a whole number from 1 to 10000")]
Routing = Annotated[
    Literal["softmax", "sigmoid", "sparsemixer"],
    Meta(description="'softmax' over all experts, 'sigmoid' of each, or 'sparsemixer'"),
]
Scale = Annotated[float, Meta(gt=0, le=1e6, description="a number above 0, at most 1000000")]
Shift = Annotated[float, Meta(ge=-1e6, le=1e6, description="a number from -1000000 to 1000000")]
Share = Annotated[float, Meta(ge=0, le=1, description="a number from 0 to 1")]
SPARSE_MIXER = "sparsemixer"
JITTER = 0.01


class Experts(Composite, frozen=True, kw_only=True):
    """Mixture of experts: a router, and feed-forward networks of which each position uses a few.

    An id has the number of the expert, ``experts.0.up/kernel``, and not the name of a tensor: the values are
    the same whether tensors are separate or stacked, and under any ``names``.
    """

    type: ClassVar[str] = "experts"
    family: ClassVar[str] = "experts"
    built_from: ClassVar[str] = "dense"
    parts: ClassVar[tuple[str, ...]] = (ROUTER, SELECTION_BIAS, "gate", "up", "gate_up", "down")
    number: ClassVar[str] = "{e}"
    later: ClassVar[tuple[str, ...]] = ("limit", "up_shift", "routing_jitter")

    count: Annotated[Count, "Experts"]
    per_token: Annotated[Count, "Experts that each position uses"]
    units: Annotated[Size, "Features inside an expert"]
    activation: Annotated[Applied, "Activation inside an expert: of the gate, if it has one"] = Applied(
        "silu"
    )
    gated: Annotated[Switch, "Whether an expert is gated: down(f(gate x) * (up x)), or down(f(up x))"] = True
    limit: Annotated[
        Scale | None, "Bound of the values in a gated expert: of the gate from above, of up on both sides"
    ] = None
    up_shift: Annotated[Shift, "Number that is added to the values of up before the product"] = 0.0
    routing: Annotated[Routing, "How the router's output becomes the score of each expert"] = "softmax"
    normalize: Annotated[Switch, "Whether the scores of the experts in use are divided by their sum"] = True
    routing_jitter: Annotated[
        Share | None,
        f"Half the share by which sparsemixer lets a score be below the best; if absent, {JITTER}",
    ] = None
    routed_scale: Annotated[Scale, "Factor on the output"] = 1.0
    router_bias: Annotated[Switch, "Whether the router has a bias"] = False
    router_dtype: Annotated[Dtype | None, "Number format of the router; if absent, the layer's"] = None
    selection_bias: Annotated[
        Switch, "Whether a buffer is added to the scores for the choice of experts; it starts at 0"
    ] = False
    stacked: Annotated[Switch, "Whether the kernels of all experts are stored as one tensor"] = False
    stored: Annotated[
        Stored | None, "How the torch layout stores the kernels of the experts; if absent, (units, inputs)"
    ] = None
    fused: Annotated[Switch, "Whether gate and up are stored as one tensor"] = False
    interleaved: Annotated[Switch, "Whether the units of a fused gate and up alternate"] = False

    @property
    def applied(self) -> Applied | None:
        """The activation after ``up``, which ``auto`` follows there; after a gate comes a product."""
        return None if self.gated else self.activation

    @property
    def stored_parts(self) -> dict[str, tuple[str, ...]]:
        """The parts of an expert in each of its tensors, by the name of the part that a spec can rename."""
        inner = ("gate", "up") if self.gated else ("up",)
        first = {"gate_up": inner} if self.fused else {part: (part,) for part in inner}
        return {**first, "down": ("down",)}

    def named(self, part: str) -> str:
        """Return the path segments of a tensor; ``{e}`` stands for the number of the expert."""
        default = part
        if part not in (ROUTER, SELECTION_BIAS):
            default = f"experts.{part}" if self.stacked else f"experts.{self.number}.{part}"
        elif part == SELECTION_BIAS:
            default = f"{self.named(ROUTER)}.{part}"
        return (self.names or {}).get(part, default)

    def part_named(self, name: str) -> str:
        """Return the part of a path such as ``experts.0.up``."""
        return name.rpartition(".")[2]

    def flow(self, incoming: Flow | None) -> Flow:
        """Leave the shape as it is."""
        self._check_storage()
        self._check_computation()
        self.check_names()
        refuse_tokens(self, incoming)
        size = size_of(self, incoming, -1)
        if self.per_token > self.count:
            raise Refusal(
                "per_token",
                f"{self.per_token} of {self.count} experts cannot be chosen; write {self.count} or less",
            )
        if incoming is not None and incoming.shape is None:
            return UNKNOWN
        if incoming is not None and incoming.shape and (len(incoming.shape) > 2 or incoming.image):
            raise Refusal("", f"{incoming} flows into this experts layer; put a flatten layer before it")
        return same_shape(incoming, size)

    def weights(self, incoming: Flow | None) -> list[Weight]:
        """Router (count, features); for each expert, the dense parts of a feed-forward network.

        Each expert is a matrix of its own: gate and up (units, features), down (features, units) (Shazeer
        et al. 2017; Fedus, Zoph & Shazeer 2022). The selection bias (count,) is a float32 buffer that only
        moves the choice (Wang et al. 2024).
        """
        size = size_of(self, incoming, -1)
        if size is None:
            return []
        found = self._router(size)
        for expert in range(self.count):
            for part in ("gate", "up", "down") if self.gated else ("up", "down"):
                inputs, units = (self.units, size) if part == "down" else (size, self.units)
                found += self._part(f"experts.{expert}.{part}", inputs, units)
        return found

    def _router(self, size: int) -> list[Weight]:
        """Return the weights of the router."""
        dtype = self.router_dtype
        found = [Weight("kernel", (self.count, size), "init", size, self.count, XAVIER, dtype, part=ROUTER)]
        if self.router_bias:
            found.append(
                Weight("bias", (self.count,), "bias_init", size, self.count, ZEROS, dtype, part=ROUTER)
            )
        if self.selection_bias:
            found.append(Weight(SELECTION_BIAS, (self.count,), "", auto=ZEROS, dtype="float32", part=ROUTER))
        return found

    def _part(self, path: str, inputs: int, units: int) -> list[Weight]:
        """Return the kernel and the bias of one part of an expert; ``auto`` follows an activation after ``up``."""
        follows = not self.gated and path.endswith(".up")
        kernel, bias = (None, None) if follows else (XAVIER, ZEROS)
        found = [Weight("kernel", (units, inputs), "init", inputs, units, kernel, part=path)]
        if self.use_bias is not False:
            found.append(Weight("bias", (units,), "bias_init", inputs, units, bias, part=path))
        return found

    def check_names(self) -> None:
        """Raise `Refusal` for names that no tensor has, that lack the number of the expert, or are equal."""
        stored = [ROUTER, *([SELECTION_BIAS] if self.selection_bias else []), *self.stored_parts]
        for part in self.names or {}:
            if part not in stored:
                raise Refusal("names", f"this layer has no part {part}; its parts are {', '.join(stored)}")
        seen: dict[str, str] = {}
        for part in stored:
            other = seen.setdefault(self.named(part), part)
            if other != part:
                raise Refusal("names", f"{other} and {part} are both called '{self.named(part)}'; rename one")
            self._check_number(part, self.named(part))

    def _check_number(self, part: str, name: str) -> None:
        """Raise `Refusal` unless a name has the number of the expert where there are several tensors."""
        several = part in self.stored_parts and not self.stacked
        if several and self.number not in name:
            advice = f"write {self.number} for the number of the expert, or 'stacked: true'"
            raise Refusal("names", f"all experts would have the same '{name}'; {advice}")
        if not several and self.number in name:
            raise Refusal("names", f"'{name}' is one tensor; leave {self.number} out of its name")

    def _check_storage(self) -> None:
        """Raise `Refusal` for a way to store a gate that is not there."""
        if self.fused and not self.gated:
            raise Refusal("fused", "only a gated expert has a gate to fuse with up; leave fused out")
        if self.interleaved and not self.fused:
            raise Refusal("interleaved", "only a fused gate and up can alternate; add 'fused: true'")

    def _check_computation(self) -> None:
        """Raise `Refusal` for an option of a gate, or of a way to route, that is not there."""
        for option, value in (("limit", self.limit), ("up_shift", self.up_shift or None)):
            if value is not None and not self.gated:
                raise Refusal(option, f"only a gated expert has values that meet a gate; leave {option} out")
        if self.routing_jitter is not None and self.routing != SPARSE_MIXER:
            raise Refusal("routing_jitter", f"only {SPARSE_MIXER} has one; add 'routing: {SPARSE_MIXER}'")
        if self.selection_bias and self.routing == SPARSE_MIXER:
            raise Refusal(
                SELECTION_BIAS, f"{SPARSE_MIXER} chooses by the router's output alone; leave it out"
            )
