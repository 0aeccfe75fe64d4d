import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from winitgen.drawing import draw
from winitgen.planning.build import build
from winitgen.planning.plan import Parameter
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

Kernel = Callable[..., tuple[Parameter, np.ndarray]]


@pytest.fixture
def kernel() -> Kernel:
    """Return a function that plans one layer and draws its first parameter, or the one of a role."""

    def kernel(
        layer: dict[str, Any], flow: Any = None, *, role: str = "", dtype: str = "float32", seed: int = 0
    ) -> tuple[Parameter, np.ndarray]:
        mistakes = Mistakes("model.yaml")
        spec = {"layers": [{"name": "layer", **layer}], **({"input": flow} if flow else {})}
        read = read_spec(json.dumps(spec).encode(), mistakes)
        mistakes.raise_if_any()
        assert read is not None
        plan = build(read, mistakes, seed=seed, dtype=dtype, layout="torch")
        mistakes.raise_if_any()
        parameter = next(found for found in plan.parameters if role in ("", found.role))
        return parameter, draw.whole(parameter)

    return kernel
