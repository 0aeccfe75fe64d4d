"""Specs that are valid by construction are planned, written, read back by other programs, and drawn again."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import winitgen
from tests.hostile import written
from tests.hostile.models import Model, models
from tests.hostile.texts import STYLES, as_yaml
from winitgen import api, load
from winitgen.errors import SpecError
from winitgen.files.recipe import metadata
from winitgen.layouts import LAYOUTS, tensors
from winitgen.planning.plan import Parameter, Plan

pytestmark = pytest.mark.slow

FRAMEWORKS_LACK = (
    "Keras's ", "Flax", "flax", "nnx", "channels last", "keras", "PyTorch", "no layer of", "cannot both be stored in one file",
)  # fmt: skip
"""The messages about layers that a framework lacks."""


def planned_in(model: Model, style: int, layout: str) -> Plan:
    """Plan a model in a layout, or in PyTorch's if the layout's framework lacks one of its layers."""
    spec = load.parse_spec(as_yaml(model.spec, style), "model.yaml")
    try:
        return load.plan(spec, layout=layout)
    except SpecError as error:
        messages = [mistake.message for mistake in error.mistakes]
    assert layout != "torch"
    assert all(any(word in message for word in FRAMEWORKS_LACK) for message in messages), messages
    return load.plan(spec, layout="torch")


def drawn_again(planned: Plan) -> Plan:
    """Plan the recipe of a plan."""
    recipe = json.loads(metadata(planned)["winitgen"])
    return load.plan(recipe["spec"], seed=recipe["seed"], dtype=recipe["dtype"], layout=recipe["layout"])


def decided(planned: Plan) -> list[Parameter]:
    """Return all facts about the parameters except their origin: a layer that repeats a default does not differ."""
    return [parameter._replace(why="") for parameter in planned.parameters]


def check(model: Model, style: int, layout: str, form: str) -> Plan:
    """Plan, write and read back one model; draw it again from its recipe."""
    planned = planned_in(model, style, layout)
    last = [parameter for parameter in planned.parameters if parameter.role == "kernel"][-1]
    assert (2, model.features) == last.shape

    again = drawn_again(planned)
    assert decided(planned) == decided(again)
    assert planned.spec == again.spec
    assert planned.notes == again.notes
    assert metadata(planned) == metadata(again)

    arrays = winitgen.generate(planned)
    with TemporaryDirectory() as folder:
        path = Path(folder) / written.FORMS[form][0]
        api.write(planned, f"{path}/" if form == "npy-dir" else path, fsync=False, threads=1)
        written.check(form, arrays, {tensor.name: tensor.dtype for tensor in tensors(planned)}, path)
    for name, array in arrays.items():
        assert np.isfinite(array.astype(np.float64)).all(), name
    return planned


styles = st.integers(0, STYLES - 1)
layouts = st.sampled_from(tuple(LAYOUTS))
forms = st.sampled_from(tuple(written.FORMS))

EXAMPLES = 150


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(models(), styles, layouts, forms)
def test_valid_specs(model: Model, style: int, layout: str, form: str) -> None:
    """A valid spec is planned with independently computed sizes, and every reader finds the drawn values."""
    check(model, style, layout, form)
