"""What completion offers for ``--compare`` draws the kernels of some layer as it is, and all else is refused in one line."""

from __future__ import annotations

from typing import Any

import pytest

import winitgen
from winitgen.catalog.schemes import ALIASES, SCHEMES
from winitgen.errors import SpecError, UsageError
from winitgen.probing.variants import AS_IS, comparable

SPECS: tuple[dict[str, Any], ...] = (
    {"input": 4, "layers": [{"type": "dense", "units": 4}]},
    {"input": [2, 4, 4], "layers": [{"type": "conv2d", "filters": 2, "kernel_size": 3}]},
)


def is_drawn(name: str) -> bool:
    """Return whether a scheme alone draws the kernels of one of the specs."""
    for spec in SPECS:
        try:
            winitgen.probe(spec, compare=[name], samples=2, backward=False)
        except SpecError:
            continue
        return True
    return False


@pytest.mark.parametrize("name", comparable())
def test_what_is_offered_works_alone(name: str) -> None:
    """Of a dense layer or of a convolution."""
    assert is_drawn(name)


@pytest.mark.parametrize("name", sorted({*SCHEMES, *ALIASES} - {*comparable()}))
def test_what_is_not_offered_does_not(name: str) -> None:
    """It needs options, which one line names, or draws no kernel."""
    try:
        assert not is_drawn(name)
    except UsageError as error:
        row = SCHEMES[ALIASES.get(name, name)]
        needs = " and ".join(row.needs) or " or ".join(row.needs_one_of)
        line = f"--compare: the scheme {name} needs {needs}; write it in the spec and compare with '{AS_IS}'"
        assert line == str(error)  # noqa: PT017  # a scheme that draws no kernel raises nothing else
