"""torchvision with a PyTorch of any build; on the path of a Python of its own, for any program that imports transformers.

torchvision's wheel contains operators that are compiled for one build of PyTorch, and its import fails if they cannot be
loaded. Its models, and transformers, which imports it, need none of them, so the two names that it looks up are defined.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def torchvision_of_any_build() -> ModuleType:
    """Import torchvision, with its operators if they can be loaded; raise `ModuleNotFoundError` if it is missing."""
    import torch

    try:
        import torchvision
    except RuntimeError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        operators = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision

        torchvision.operators_defined_for_it = operators  # they are undefined when this object is collected
    module: ModuleType = torchvision
    return module


class BeforeTransformers:
    """Finds no module: it prepares torchvision when transformers is looked for, and acts once."""

    @classmethod
    def find_spec(cls, name: str, *_: Any) -> None:
        """Prepare torchvision, if it is installed."""
        if name == "transformers":
            sys.meta_path.remove(cls)  # type: ignore[arg-type]
            try:
                torchvision_of_any_build()
            except ModuleNotFoundError:
                return


if __name__ == "sitecustomize":
    sys.meta_path.insert(0, BeforeTransformers)  # type: ignore[arg-type]
