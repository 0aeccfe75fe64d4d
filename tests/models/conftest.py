"""The frameworks, and how a module is filled: the fixtures of the tests against frameworks."""

from tests.frameworks.conftest import fill, framework, specs, torch, torchvision, transformers, weights

__all__ = ["fill", "framework", "specs", "torch", "torchvision", "transformers", "weights"]
