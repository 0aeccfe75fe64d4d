"""A gradient of 0 at the last hidden layer: it is judged against nothing, and a note says so."""

from __future__ import annotations

from typing import Any

import winitgen


def spec(head: str) -> dict[str, Any]:
    """Return a chain of three layers, the last of which has these weights."""
    return {
        "input": 8,
        "layers": [
            {"name": "one", "type": "dense", "units": 7, "activation": "tanh"},
            {"name": "two", "type": "dense", "units": 6, "activation": "tanh"},
            {"name": "head", "type": "dense", "units": 300, "init": head},
        ],
    }


def test_a_head_of_zeros() -> None:
    """All layers behind it have a gradient of 0, and the verdict does not judge it."""
    report = winitgen.probe(spec("zeros"), samples=50, seeds=2)

    assert (None, "healthy") == (report["runs"][0]["measured"]["gradient"], report["runs"][0]["verdict"])
    assert (
        "the gradient is 0 at 2 of 3 layers, the last of them two, as it is behind weights of 0: "
        "whether it vanishes or explodes is not judged"
    ) == report["notes"][-1]


def test_several_runs_have_a_note_each() -> None:
    """It has the label of the run."""
    notes = winitgen.probe(spec("zeros"), samples=50, seeds=2, compare=["torch", "zeros"])["notes"]

    [note] = [one for one in notes if "not judged" in one]
    assert note.startswith("zeros: the gradient is 0 at 2 of 3 layers, the last of them two, ")


def test_no_note_where_it_is_judged_or_not_computed() -> None:
    """With other weights, and without a backward pass."""
    judged = winitgen.probe(spec("xavier_normal"), samples=50, seeds=2)
    forward = winitgen.probe(spec("zeros"), samples=50, seeds=2, backward=False)

    assert not [note for one in (judged, forward) for note in one["notes"] if "not judged" in note]
