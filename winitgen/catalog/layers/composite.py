"""Layers composed of several dense ones, each a part with its own path."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from winitgen.catalog.init import ZEROS, Init
from winitgen.catalog.layers import meanings
from winitgen.catalog.layers.flow import Refusal
from winitgen.catalog.layers.kernel import WithBias
from winitgen.catalog.layers.kinds import Dtype, Names, Quirks, Size
from winitgen.catalog.layers.stored import Storable, Stored
from winitgen.catalog.layers.tied import Tieable, Tied, TiedTo
from winitgen.catalog.layers.weight import Weight

XAVIER = Init("xavier")

Biases = Annotated[
    bool | Annotated[tuple[str, ...], Meta(min_length=1)],
    Meta(description="true, false, or a list of the parts that have one, such as [query, value]"),
]


class Composite(WithBias, Storable, Tieable, frozen=True, kw_only=True):
    """A layer on the last axis of a flow, composed of dense parts; ``names`` renames parts."""

    kernel: ClassVar[bool] = True
    family: ClassVar[str] = "dense"
    parts: ClassVar[tuple[str, ...]] = ()
    """The parts that can be renamed."""
    number: ClassVar[str] = ""
    """What stands for a number in the name of a part of which there are several."""

    inputs: Annotated[Size | None, meanings.INPUTS] = None
    init: Annotated[Init | None, "Scheme of the kernels; if absent, as in the defaults"] = None
    bias_init: Annotated[Init | None, "Scheme of the biases; if absent, as in the defaults"] = None
    use_bias: Annotated[
        Biases | None, "Whether there are biases, or which parts have one; if absent, as in the defaults"
    ] = None
    quirks: Annotated[Quirks | None, meanings.QUIRKS] = None
    dtype: Annotated[Dtype | None, meanings.DTYPE] = None
    names: Annotated[Names | None, "Other names for the parts; if absent, their own"] = None
    stored: Annotated[Stored | None, meanings.STORED] = None
    tied_to: Annotated[TiedTo | None, meanings.TIED_TO] = None
    tied: Annotated[Tied | None, meanings.TIED] = None

    @property
    def present(self) -> tuple[str, ...]:
        """The parts that this layer has."""
        return self.parts

    @property
    def biased(self) -> tuple[str, ...]:
        """The parts that can have a bias."""
        return self.parts

    def named(self, part: str) -> str:
        """Return the path segments of a part below the layer's own: its name in ``names``, if it has one."""
        return (self.names or {}).get(part, part)

    def part_named(self, name: str) -> str:
        """Return the part called ``name``, the inverse of `named`."""
        return next((part for part in self.parts if self.named(part) == name), name)

    def check_names(self) -> None:
        """Raise `Refusal` if two parts have the same name."""
        seen: dict[str, str] = {}
        for part in self.present:
            other = seen.setdefault(self.named(part), part)
            if other != part:
                raise Refusal("names", f"{other} and {part} are both called '{self.named(part)}'; rename one")

    def has_bias(self, part: str) -> bool:
        """Return whether a part has a bias."""
        return part in self.use_bias if isinstance(self.use_bias, tuple) else self.use_bias is not False

    def check_biases(self) -> None:
        """Raise `Refusal` if ``use_bias`` names what is no part with a bias."""
        for name in self.use_bias if isinstance(self.use_bias, tuple) else ():
            if name not in self.biased:
                known = ", ".join(self.biased)
                raise Refusal("use_bias", f"no part '{name}' with a bias; write some of {known}")

    def dense(self, part: str, inputs: int, units: int) -> list[Weight]:
        """Return the kernel (units, inputs) and the bias (units,) of one part.

        ``auto`` is Xavier, and 0 for the bias: a product with another part's output follows, not an activation.
        """
        name = self.named(part)
        kernel = Weight("kernel", (units, inputs), "init", inputs, units, XAVIER, part=name)
        if not self.has_bias(part):
            return [kernel]
        return [kernel, Weight("bias", (units,), "bias_init", inputs, units, ZEROS, part=name)]
