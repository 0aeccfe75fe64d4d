"""On the path of a Python of its own: lets torchvision be imported with a PyTorch of any build.

Its wheel contains operators compiled for one build, and its import fails if they cannot be loaded. The libraries that
import it need none of them, so the names that it looks up are defined just before.
"""

import sys
from typing import Any


class Preparation:
    """Finds no module: it only acts before torchvision is looked for."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        """Define the names of the operators once."""
        if name != "torchvision" or "torch" not in sys.modules:
            return
        import torch

        sys.meta_path.remove(Preparation)  # type: ignore[arg-type]
        names = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            names.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        torch.names_of_torchvision = names  # type: ignore[attr-defined]  # undefined when it is collected


sys.meta_path.insert(0, Preparation)  # type: ignore[arg-type]
