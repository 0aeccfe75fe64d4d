"""The bilinear layer, whose units are forms of two vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from winitgen.catalog.layers.flow import UNKNOWN, Flow, Refusal
from winitgen.catalog.layers.kernel import Kernel
from winitgen.catalog.layers.kinds import Reference, Size
from winitgen.catalog.layers.layer import refuse_tokens, size_of
from winitgen.catalog.layers.weight import Weight


class BilinearForm(Kernel, frozen=True, kw_only=True):
    """Bilinear form of two inputs: y = f(x W z + b), with a matrix W for each unit."""

    type: ClassVar[str] = "bilinear"
    family: ClassVar[str] = "bilinear"
    built_from: ClassVar[str] = "dense"
    more_inputs: ClassVar[tuple[str, ...]] = ("other",)

    units: Annotated[Size, "Features that flow out"]
    other: Annotated[Reference, "Layer whose output is the second input, z"]

    def join(self, flows: Sequence[Flow | None]) -> Flow:
        """Replace the last axis by ``units``; both inputs have the same positions, if any."""
        first, other = flows
        self._check(first, "")
        self._check(other, "other")
        self._sizes(flows)
        known = [flow.shape for flow in flows if flow is not None and flow.shape is not None]
        if UNKNOWN in flows:
            return UNKNOWN
        if len(known) == 2 and known[0][:-1] != known[1][:-1]:
            raise Refusal(
                "other", f"bilinear needs inputs that differ only in their features; got {first} and {other}"
            )
        return Flow((*known[0][:-1], self.units)) if len(known) == 2 else Flow((self.units,))

    def weights_for(self, flows: Sequence[Flow | None]) -> list[Weight]:
        """Kernel (units, inputs, other inputs), bias (units,).

        A unit sums all products of two inputs, and a product reaches every unit: fan_in is inputs * other
        inputs, fan_out is units.
        """
        sizes = self._sizes(flows)
        if None in sizes:
            return []
        inputs, others = (size or 0 for size in sizes)
        kernel = Weight("kernel", (self.units, inputs, others), "init", inputs * others, self.units)
        return [kernel, *self.bias(self.units, inputs * others, self.units)]

    def _sizes(self, flows: Sequence[Flow | None]) -> tuple[int | None, int | None]:
        """Return the features of both inputs, None after an earlier mistake."""
        first, other = flows
        if other is None:
            raise Refusal("other", "the size of this input is unknown; state the model's 'input'")
        return size_of(self, first, -1), other.shape[-1] if other.shape else None

    def _check(self, flow: Flow | None, key: str) -> None:
        """Raise `Refusal` unless a vector flows in, or a sequence of vectors."""
        if flow is None or flow.shape is None:
            return
        refuse_tokens(self, flow, key)
        if len(flow.shape) > 2 or flow.image:
            raise Refusal(key, f"{flow} flows into this bilinear; put a flatten layer before it")
