"""The layer-specs that are measured are the ones that their names say."""

import sys
from pathlib import Path

import pytest

import winitgen
from tests.bench.groups.deep import MOST
from tests.bench.options import Installed, Options
from tests.bench.specs import gibibyte, squares


@pytest.fixture
def given(tmp_path: Path) -> Options:
    """Return what a run is told."""
    python = Path(sys.executable)
    return Options(1, False, tmp_path, Installed(python), None, python)


def test_large_specs_have_the_bytes_that_they_are_named_after(given: Options) -> None:
    """One GiB of float32, or 64 MiB, in He-normal kernels alone."""
    for quick, size in ((False, 1 << 30), (True, 1 << 26)):
        _, spec, _ = gibibyte(given._replace(quick=quick))
        parameters = [one for layer in winitgen.plan(spec).layers for one in layer.parameters]

        assert size == sum(4 * one.size for one in parameters)
        assert {"he_normal"} == {one.scheme for one in parameters}


def test_deep_specs_have_two_parameters_a_layer(given: Options) -> None:
    """And the deepest are at the limit of layers, of which the repetition is one."""
    plan = winitgen.plan(squares(given, 3, 4, bias=True))

    assert [(4, 4), (4,)] * 3 == [one.shape for layer in plan.layers for one in layer.parameters]
    assert 49_999 == MOST
