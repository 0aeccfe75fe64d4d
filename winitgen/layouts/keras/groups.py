"""What Keras's own file does not show of a spec: its groups, whose layers stand there one after another."""

from __future__ import annotations

from winitgen.planning.plan import Plan

_MOST_NAMED = 5


def groups_note(plan: Plan) -> str | None:
    """Return a line for the user about the outermost named groups, None if there is none."""
    names = [layer["name"] for layer in plan.spec["layers"] if layer["type"] == "group" and "name" in layer]
    if not names:
        return None
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    groups = f"group{'' if len(names) == 1 else 's'} {', '.join(names[:_MOST_NAMED])}{more}"
    return (
        f"Keras's file is for a model of single layers; the {groups} cannot be a model within it: Keras would look for "
        "other paths"
    )
