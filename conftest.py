"""Leaves out the modules that import PyTorch where it is missing; where CI is true, it must not be."""

import os
from importlib.util import find_spec

collect_ignore = (
    [f"winitgen/importing/trace/{name}.py" for name in ("recorder", "saving", "torch_model", "traced")]
    if find_spec("torch") is None and not os.environ.get("CI")
    else []
)
