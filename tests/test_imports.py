"""What is imported, and when: modules look one way, and a short command starts fast."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.test_start import loaded as modules_of
from winitgen.compiled.kernels import kernels

ROOT = Path(__file__).parents[1]

ROOMS = (
    "errors",
    "compiled",
    "numeric",
    "on_demand",
    "drawing",
    "catalog",
    "spec",
    "arguments",
    "configs",
    "planning",
    "layouts",
    "load",
    "examples",
    "files",
    "probing",
    "report",
    "audit",
    "importing",
    "writing",
    "engines",
    "in_memory",
    "checkpoint",
    "torch",
    "jax",
    "keras",
    "api",
    "cli",
)
"""The rooms in the order in which data flows: each may import those before it, and itself."""


def imports(path: Path) -> Iterator[str]:
    """Yield the winitgen modules that a file imports, wherever in the file, for types too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "winitgen":
            module = node.module or ""
            yield from (
                (f"{module}.{alias.name}" for alias in node.names) if module == "winitgen" else [module]
            )
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("winitgen."))


def test_imports_point_one_way() -> None:
    """No room imports one that stands after it on the way from spec to file."""
    package = ROOT / "winitgen"
    wrong = []
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for module in imports(path):
            other = module.split(".")[1]
            if room in ROOMS and other in ROOMS and ROOMS.index(other) > ROOMS.index(room):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")

    assert [] == wrong


def test_every_room_has_its_place_on_the_way() -> None:
    """A new part of the package is given its place above."""
    rooms = {
        path.name.removesuffix(".py") for path in (ROOT / "winitgen").iterdir() if path.name[0] not in "_."
    }

    assert set(ROOMS) == rooms - {"README.md", "py.typed", "families"}


def test_no_circle() -> None:
    """No module imports another that leads back to it, inside a room and for types too.

    The package itself is left out: it re-exports functions of the last rooms and holds the version that earlier ones read.
    """
    package = ROOT / "winitgen"
    files = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in package.rglob("*.py")}
    names = {path: name.removesuffix(".__init__") for path, name in files.items()}
    modules = set(names.values()) - {"winitgen"}
    graph = {
        name: {
            found for module in imported(path) if (found := module_of(module, modules)) not in {None, name}
        }
        for path, name in names.items()
        if name in modules
    }

    TopologicalSorter(graph).prepare()


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted path of every name that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def module_of(name: str, modules: set[str]) -> str | None:
    """Return the module that a dotted path is, or is in; None for one of another package."""
    return name if name in modules else module if (module := name.rpartition(".")[0]) in modules else None


def test_a_circle_would_be_seen() -> None:
    """The test above can fail: two modules that import each other are a circle."""
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def loaded(*args: str) -> set[str]:
    """Run a command in a process of its own and return the packages it has loaded at the end."""
    return {name.partition(".")[0] for name in modules_of(" ".join(args))}


HEAVY = {
    "numpy",
    "h5py",
    "rich",
    "cryptography",
    "msgspec",
    "ruamel",
    "ml_dtypes",
    "mpmath",
    "simpleeval",
    "matplotlib",
}


def test_help_loads_click_alone() -> None:
    """``winitgen --help`` imports none of the libraries that do the work."""
    found = loaded("--help")

    assert "click" in found
    assert set() == found & HEAVY


def test_plan_does_without_numpy() -> None:
    """A plan draws nothing, so it needs neither NumPy nor a cipher."""
    assert set() == loaded("plan", "specs/mlp.yaml") & (HEAVY - {"msgspec", "ruamel"})


def test_a_header_is_looked_at_without_numpy(tmp_path: Path) -> None:
    """``winitgen inspect --header`` reads no values, so it starts as fast as the interpreter lets it."""
    text = b'{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
    (tmp_path / "w.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))

    assert set() == loaded("inspect", str(tmp_path / "w.safetensors"), "--header") & HEAVY


def test_init_to_safetensors_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """The main job imports neither h5py nor matplotlib, nor what only rare specs need; with the C kernels no NumPy."""
    found = loaded("init", "specs/mlp.yaml", "-o", str(tmp_path / "w.safetensors"))
    needed = {"cryptography", "msgspec", "ruamel"} | ({"numpy"} if kernels() is None else set())

    assert needed == found & HEAVY


def test_numpy_draws_what_the_kernels_do_not(tmp_path: Path) -> None:
    """The test above can fail: values that are turned for another layout are arrays."""
    assert "numpy" in loaded(
        "init", "specs/mlp.yaml", "--layout", "keras", "-o", str(tmp_path / "w.safetensors")
    )


def test_a_heavy_import_would_be_seen(tmp_path: Path) -> None:
    """The tests above can fail: writing HDF5 does load h5py, and they see it."""
    assert "h5py" in loaded("init", "specs/mlp.yaml", "-o", str(tmp_path / "w.h5"))


@pytest.mark.parametrize("path", sorted((ROOT / "winitgen").rglob("*.py")), ids=lambda path: path.stem)
def test_numpy_random_is_used_nowhere(path: Path) -> None:
    """The one source of randomness is the parameter's own stream."""
    assert "np.random" not in path.read_text()
    assert "numpy.random" not in path.read_text()
