"""A batch of Gaussian images in torchvision's models: the signal neither vanishes nor explodes.

Every bound follows from one law. A kernel of variance 2/fan_in gives each output the mean square
2/fan_in * sum(x^2) over its inputs x. The outputs of one layer are independent, a
square of a Gaussian has a standard deviation of at most sqrt(2) times its mean, so the mean square over C output
channels is within 4 sqrt(2/C) of that law.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import pytest

import winitgen

pytestmark = pytest.mark.slow

RUNS = [("resnet18", "eval"), ("resnet18", "train"), ("vgg16", "eval")]


class Passed(NamedTuple):
    """The signal after one module; ``promised`` is the mean square of a convolution by the law."""

    kind: str
    channels: int
    entering: float
    leaving: float
    mean: float
    std: float
    finite: bool
    promised: float


def mean_square(tensor: Any) -> float:
    """Return the mean square of all values."""
    return tensor.double().square().mean().item()


@pytest.fixture(scope="module")
def signal(torch: Any, torchvision: Any, specs: Any) -> Callable[[str, str], dict[str, Passed]]:
    """Return a function that sends four images through a model and measures the signal at each module."""

    def promised(module: Any, entering: Any) -> float:
        """Return the mean square of a convolution with weights of variance 2/fan_in by the law, with its padding."""
        if not isinstance(module, torch.nn.Conv2d):
            return 0.0
        squares = entering.square().mean(1, keepdim=True)
        window = torch.ones(1, 1, *module.kernel_size)
        sums = torch.nn.functional.conv2d(squares, window, stride=module.stride, padding=module.padding)
        return 2.0 * sums.double().mean().item() / window.numel()

    def measure(found: dict[str, Passed], path: str, module: Any, inputs: Any, output: Any) -> None:
        found[path] = Passed(
            type(module).__name__,
            output.shape[1],
            mean_square(inputs[0]),
            mean_square(output),
            output.double().mean().item(),
            output.double().std().item(),
            bool(torch.isfinite(output).all()),
            promised(module, inputs[0]),
        )

    @cache
    def signal(name: str, mode: str) -> dict[str, Passed]:
        model = getattr(torchvision.models, name)(weights=None).train(mode == "train")
        arrays = winitgen.generate(specs / f"{name}.yaml")
        model.load_state_dict({key: torch.from_numpy(array) for key, array in arrays.items()}, strict=True)
        found: dict[str, Passed] = {}
        for path, module in model.named_modules():
            if isinstance(module, torch.nn.ReLU):
                module.inplace = False  # keeps the input of a block for the measurement
            module.register_forward_hook(partial(measure, found, path))
        with torch.no_grad():
            model(torch.randn(4, 3, 224, 224, generator=torch.Generator().manual_seed(0)))
        return found

    return signal


@pytest.mark.parametrize(("name", "mode"), RUNS)
def test_convolutions_obey_the_law(name: str, mode: str, signal: Callable[..., Any]) -> None:
    """The output of every convolution has the mean square that follows from its kernel's variance and its input."""
    found = {path: passed for path, passed in signal(name, mode).items() if passed.kind == "Conv2d"}

    assert {"resnet18": 20, "vgg16": 13}[name] == len(found)
    for path, passed in found.items():
        slack = 4 * math.sqrt(2 / passed.channels)
        assert passed.leaving / passed.promised == pytest.approx(1.0, abs=slack), path


@pytest.mark.parametrize(("name", "mode"), RUNS)
def test_everything_is_finite(name: str, mode: str, signal: Callable[..., Any]) -> None:
    """The outputs of all modules are finite."""
    assert [] == [path for path, passed in signal(name, mode).items() if not passed.finite]


def test_vgg16_keeps_the_scale_from_image_to_logits(signal: Callable[..., Any]) -> None:
    """Thirteen convolutions and three dense layers leave the logits at unit scale.

    He preserves the mean square; only the five poolings raise it. The largest of four values squared is
    at most four times the mean of their squares, and about 3 times for independent half-Gaussians:
    the standard deviation grows to sqrt(3)^5 = 16 at most. The last layer, Xavier from 4096 to
    1000, gives 2 * 4096/5096 = 1.6 times the mean square of its input.
    """
    logits = signal("vgg16", "eval")[""]

    assert 1.0 < logits.std < 16.0


def test_vgg16_dense_layers_obey_the_law(signal: Callable[..., Any]) -> None:
    """The three dense layers obey it too: He for those before a relu, Xavier for the one before the softmax."""
    found = signal("vgg16", "eval")
    gains = {"classifier.0": 2.0, "classifier.3": 2.0, "classifier.6": 4096 * 2 / (4096 + 1000)}

    for path, gain in gains.items():
        ratio = found[path].leaving / (gain * found[path].entering)
        assert ratio == pytest.approx(1.0, abs=4 * math.sqrt(2 / found[path].channels)), path


def test_resnet18_blocks_in_training(signal: Callable[..., Any]) -> None:
    """With batch statistics the second to fourth stages have the mean squares of theory.

    A block with a normed shortcut sums two unit Gaussians: relu halves the variance 2, mean square 1.
    The block after it adds a unit Gaussian z to that output, sqrt(2) relu(n). With r = sqrt(2/3)
    the correlation of z + sqrt(2) n and n, the mean square after relu is
    1/4 + 3 (1/4 + (asin r + r sqrt(1 - r^2)) / 2 pi) = 1.681.
    """
    found = signal("resnet18", "train")
    r = math.sqrt(2 / 3)
    after = 1 / 4 + 3 * (1 / 4 + (math.asin(r) + r * math.sqrt(1 - r * r)) / (2 * math.pi))

    for stage in (2, 3, 4):
        assert found[f"layer{stage}.0"].leaving == pytest.approx(1.0, rel=0.05), stage
        assert found[f"layer{stage}.1"].leaving == pytest.approx(after, rel=0.05), stage


def test_resnet18_norms_in_training(signal: Callable[..., Any]) -> None:
    """With batch statistics every norm gives mean 0 and standard deviation 1: gamma is 1 and beta 0."""
    found = signal("resnet18", "train")
    norms = {path: passed for path, passed in found.items() if passed.kind == "BatchNorm2d"}

    assert len(norms) == 20
    for path, passed in norms.items():
        assert passed.mean == pytest.approx(0.0, abs=1e-4), path
        assert passed.std == pytest.approx(1.0, rel=1e-3), path


def test_resnet18_logits_in_training(signal: Callable[..., Any]) -> None:
    """The logits have the standard deviation that Xavier from 512 to 1000 gives the pooled features.

    Their mean square lies between the squared mean of the last stage's values, 0.827^2, and their
    mean square, 1.681: averaging over positions keeps the former and reduces the rest.
    """
    logits = signal("resnet18", "train")[""]
    gain, slack = 512 * 2 / (512 + 1000), 4 * math.sqrt(2 / 1000) / 2
    low, high = math.sqrt(gain) * 0.827, math.sqrt(gain * 1.681)

    assert low * (1 - slack) < logits.std < high * (1 + slack)


def test_resnet18_blocks_before_training(signal: Callable[..., Any]) -> None:
    """With fresh running statistics, which change nothing, each block at most triples the mean square.

    The branch gives twice its input, the shortcut adds it once (or, through its convolution, twice,
    of which relu halves the sum); half of the branch's Gaussian may be cut away. The logits' standard
    deviation is then at most sqrt(3)^8 = 81 times that of the input of the blocks, and not below it.
    """
    found = signal("resnet18", "eval")

    for stage in (1, 2, 3, 4):
        for block in (0, 1):
            passed = found[f"layer{stage}.{block}"]
            growth = passed.leaving / passed.entering
            assert 1.0 < growth < 3.0, f"layer{stage}.{block}"
