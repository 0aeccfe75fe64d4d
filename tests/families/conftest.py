"""The library that the families come from."""

from tests.frameworks.conftest import torch, torchvision, transformers

__all__ = ["torch", "torchvision", "transformers"]
