"""Laws of very many tensors: what takes long is done for many at once; counted in calls, not in seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from winitgen.importing.fit import drawable
from winitgen.importing.fit.drawable import DrawnTensor, law_of, undrawable
from winitgen.load import plan_of

Counted = Callable[[], int]


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Return a function that says how many models were planned."""
    calls: list[Any] = []
    planned = plan_of

    def counted(draft: Any) -> Any:
        calls.append(draft)
        return planned(draft)

    monkeypatch.setattr(drawable, "plan_of", counted)
    return lambda: len(calls)


def laws(count: int) -> list[DrawnTensor]:
    """Return tensors of different shapes, each with a law, half of them with fans."""
    return [
        law_of(
            (1 + index, 3),
            "float32",
            "he_normal" if index % 2 else {"scheme": "normal", "std": 0.02},
            (3.0, 1.0 + index),
        )
        for index in range(count)
    ]


def test_many_tensors_are_planned_as_one_model(plans: Counted) -> None:
    """A thousand laws take one plan, and equal ones count once."""
    assert {} == undrawable([*laws(1000), *laws(1000)])
    assert 1 == plans()


def test_one_that_cannot_be_drawn_is_told_of_alone(plans: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that were planned with it are planned once more, and the words are those about it alone."""
    monkeypatch.setattr(drawable, "TOGETHER", 10)
    wrong = law_of((2, 3), "float16", {"scheme": "normal", "std": 1e30}, None)
    other = law_of((2, 3), "float32", {"scheme": "normal", "std": -1.0}, None)
    found = undrawable([*laws(12), wrong, other, *laws(30)[12:]])

    assert {
        wrong: "values up to 1e+31 do not fit in float16, whose largest number is 6.55e+04",
        other: "expected a number of at least 0, not -1.0",
    } == found
    assert 4 + 10 == plans()  # one for each ten, and those of the second ten once more
