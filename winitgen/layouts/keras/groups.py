"""What Keras's own file does not show of a spec: its groups, whose layers stand there one after another."""

from __future__ import annotations

from winitgen.planning.plan import Plan

_MOST_NAMED = 5


def groups_note(plan: Plan) -> str | None:
    """Return a line for the user about the outermost named groups, None if there is none."""
    groups = [layer for layer in plan.spec["layers"] if layer["type"] == "group" and "model" not in layer]
    names = [group["name"] for group in groups if "name" in group]
    if not names:
        return None
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    them = f"group{'' if len(names) == 1 else 's'} {', '.join(names[:_MOST_NAMED])}{more}"
    return (
        f"Keras's file has the layers of the {them} in the model itself; of a model within the model write "
        "'model: sequential' or 'model: functional'"
    )
