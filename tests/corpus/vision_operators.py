"""What torchvision's Python asks for where its compiled part, made for another build of PyTorch, is not loaded."""

from __future__ import annotations

from typing import Any

_kept: list[Any] = []


def define() -> None:
    """Declare its operators, before it is imported; nothing calls them."""
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)
