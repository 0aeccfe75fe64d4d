import importlib
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from winitgen.planning.build import build
from winitgen.planning.plan import Plan
from winitgen.spec.document import read_spec
from winitgen.spec.mistakes import Mistakes

Planned = Callable[..., Plan]
Counted = Callable[[str], list[Any]]

# Most of the time of JAX's tests is XLA compiling small computations, each of which runs once.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

# Each worker has a core of its own: PyTorch's and NumPy's threads would wait for those of the others, which in tests
# of small models takes more time than the sums. Processes that the tests start inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")

LONG = (
    "tests/families/test_families.py",
    "tests/faults/test_slice.py",
    "tests/portable/test_processors.py",
    "tests/hostile/test_ends.py",
    "tests/hostile/files/test_mutated.py",
    "tests/frameworks/test_traced_transformers.py",
    "tests/files/stores/test_faults.py",
    "tests/portable/test_versions.py",
    "tests/hostile/test_bounded.py",
    "tests/importing/fit/test_noise.py",
    "tests/files/test_shared_limits.py",
    "tests/files/formats/test_formats.py",
    "tests/report/plots/test_readable.py",
    "tests/certificate/test_certificate.py",
    "tests/hostile/test_cli.py",
    "tests/test_guides.py",
    "tests/test_readme.py",
    "tests/processes/test_surroundings.py",
)
"""Files that take minutes or nearly: they begin first, so that no core waits for one of them at the end."""


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


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Return a function that lists, from now on, what a function of a module returns, call by call."""

    def count(name: str) -> list[Any]:
        module, _, attribute = name.rpartition(".")
        function, results = getattr(importlib.import_module(module), attribute), []

        def counting(*args: Any, **options: Any) -> Any:
            results.append(function(*args, **options))
            return results[-1]

        monkeypatch.setattr(importlib.import_module(module), attribute, counting)
        return results

    return count


@pytest.fixture
def foreground() -> Iterator[None]:
    """Start processes that heed Ctrl-C and a closed terminal, though the tests run under nohup or as a script's job."""
    ignored = [
        number for number in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(number) == signal.SIG_IGN
    ]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run files that are named one by one in this process: workers take two seconds to start."""
    return 0 if all(arg.partition("::")[0].endswith(".py") for arg in config.args) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the long files begin first; the doctests of the package, which take no time, stay the last."""
    turn = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: turn.get(item.nodeid.partition("::")[0], len(LONG)))
