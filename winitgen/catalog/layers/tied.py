"""Parameters with the values of another layer's, which the file may leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

TiedTo = Annotated[
    str | dict[str, str],
    Meta(
        description="the name of a layer or the id of a parameter, or a mapping of roles to these, such as "
        "{kernel: fc1, bias: fc1}"
    ),
]
Tied = Annotated[Literal["omit"], Meta(description="'omit', which leaves the copy out of the file")]


class Tieable:
    """What layers share whose parameters can be tied to another layer's.

    A name ties all parameters of the layer, or only the one of the role ``tied_role`` if the type has one.
    A mapping ties the roles that it names.
    """

    __slots__ = ()
    tied_role: ClassVar[str] = ""

    if TYPE_CHECKING:  # each family has the fields at another position in its order
        tied_to: TiedTo | None
        tied: Tied | None

    def target_of(self, role: str) -> str:
        """Return the layer or the parameter that a role is tied to, or nothing."""
        if isinstance(self.tied_to, dict):
            return self.tied_to.get(role, "")
        return self.tied_to or "" if self.tied_role in ("", role) else ""
