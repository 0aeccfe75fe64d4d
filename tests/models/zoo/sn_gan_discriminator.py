"""The discriminator of SN-GAN: every kernel is divided by its largest singular value (Miyato et al. 2018)."""

from typing import Any

from tests.models.real_model import RealModel

SPEC = """
input: [3, 16, 16]
vars: {leaky: {name: leaky_relu, slope: 0.1}, width: 8}
defaults: {preset: torch}
layers:
  - type: repeat
    times: 2
    vars: {filters: "${width * 2 ** i}"}
    layers:
      - {name: "features.{i}.0", type: conv2d, filters: "${filters}", kernel_size: 3, padding: 1, activation: "${leaky}", kernel_norm: spectral_norm}
      - {name: "features.{i}.2", type: conv2d, filters: "${filters}", kernel_size: 4, strides: 2, padding: 1, activation: "${leaky}", kernel_norm: spectral_norm}
  - {name: last, type: conv2d, filters: 24, kernel_size: 3, padding: 1, activation: "${leaky}", kernel_norm: spectral_norm}
  - {type: flatten}
  - {name: score, type: dense, units: 1, kernel_norm: spectral_norm}
"""


def build(torch: Any) -> Any:
    """Return the modules by name."""
    nn = torch.nn
    normed = nn.utils.parametrizations.spectral_norm

    def block(inputs: int, filters: int) -> Any:
        first, second = nn.Conv2d(inputs, filters, 3, 1, 1), nn.Conv2d(filters, filters, 4, 2, 1)
        return nn.Sequential(normed(first), nn.LeakyReLU(0.1), normed(second), nn.LeakyReLU(0.1))

    return nn.ModuleDict(
        {
            "features": nn.Sequential(block(3, 8), block(8, 16)),
            "last": normed(nn.Conv2d(16, 24, 3, 1, 1)),
            "score": normed(nn.Linear(24 * 16, 1)),
        }
    )


def call(model: Any, image: Any) -> Any:
    """Return the score of an image."""
    from torch.nn.functional import leaky_relu

    return model["score"](leaky_relu(model["last"](model["features"](image)), 0.1).flatten(1))


MODEL = RealModel(SPEC, build, call)
