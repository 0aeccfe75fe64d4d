from collections.abc import Callable, Mapping

import pytest

from winitgen.planning.build import build
from winitgen.planning.plan import Plan
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

Planned = Callable[..., Plan]


@pytest.fixture
def planned() -> Planned:
    """Return a function that plans the text of a spec, and raises `SpecError` for its mistakes."""

    def plan(text: str, variables: Mapping[str, float] | None = None, **options: object) -> Plan:
        mistakes = Mistakes("model.yaml")
        spec = read_spec(text.encode(), mistakes, variables)
        if spec is None:
            mistakes.raise_if_any()
        assert spec is not None
        settings = {"seed": spec.seed, "dtype": spec.dtype, "layout": spec.layout, **options}
        plan = build(spec, mistakes, **settings)  # type: ignore[arg-type]
        mistakes.raise_if_any()
        return plan

    return plan
