"""Builds the compiled kernels when the package is built or installed; without a C compiler it is built without them.

It also puts the examples of layer-specs into a wheel.

Hatchling runs this file by itself: it imports nothing of the package. Setuptools finds the compiler of each system.
"""

from __future__ import annotations

import os
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = "winitgen/compiled"
EXAMPLES = "winitgen/examples/specs"
"""Where a wheel has the examples."""
SOURCES = ("drawing.c", "rounding.c", "sums.c", "reflections.c", "norms.c", "signals.c", "module.c")
ABI = 0x030B0000
"""The oldest Python whose stable ABI has buffers: one library serves it and all later ones."""

# Every operation is rounded by itself, so that the bits are those of NumPy. Without traps and errno, which nobody reads,
# loops vectorize.
GCC = ("-std=gnu99", "-O3", "-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno")
MSVC = ("/O2", "/fp:strict")


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the library and the examples to a wheel; for an editable installation the library is put beside its sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the library, and name the wheel after the system that it is for."""
        if self.target_name == "wheel" and version != "editable":
            for example in sorted((Path(self.root) / "specs").glob("*.yaml")):
                build_data["force_include"][str(example)] = f"{EXAMPLES}/{example.name}"
        if self.target_name != "wheel" or os.environ.get("WINITGEN_KERNELS") == "numpy":
            return
        source = Path(self.root) / FOLDER
        self._scratch = tempfile.TemporaryDirectory()
        library = compiled(source, source if version == "editable" else Path(self._scratch.name))
        if isinstance(library, str):
            self.app.display_warning(
                f"winitgen: the C kernels were not built ({library}); NumPy draws the same bits, more slowly"
            )
            return
        if version != "editable":
            build_data["force_include"][str(library)] = f"{FOLDER}/{library.name}"
        platform = self.build_config.builder.get_best_matching_tag().split("-")[-1]
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the scratch folder."""
        if hasattr(self, "_scratch"):
            self._scratch.cleanup()


def compiled(source: Path, target: Path, *options: str) -> Path | str:
    """Compile the sources in ``source`` into a library in ``target`` and return its path, or in words why not.

    ``options`` go to the compiler and to the linker.
    """
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "a Python without the global lock has no stable ABI"
    try:
        from setuptools import errors
    except ImportError:
        return "setuptools is missing"
    failures = (errors.BaseError, errors.CompileError, errors.LinkError, errors.PlatformError, OSError)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            built = _run(source, scratch, options)
        except failures as error:
            return str(error).partition("\n")[0] or type(error).__name__
        library = target / built.name
        copy = target / f"{built.name}.{os.getpid()}"
        copy.write_bytes(built.read_bytes())
        copy.replace(library)  # at once: programs that run may have loaded the one of before
    return library


def _run(source: Path, scratch: str, options: tuple[str, ...]) -> Path:
    """Compile in a scratch folder by the compiler that setuptools finds; return the library."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    class Build(build_ext):  # type: ignore[misc]
        def build_extensions(self) -> None:
            own = MSVC if self.compiler.compiler_type == "msvc" else GCC
            for extension in self.extensions:
                extension.extra_compile_args = [*own, *options]
                extension.extra_link_args = list(options)
            super().build_extensions()

    extension = Extension(
        "winitgen.compiled._kernels",
        [str(source / name) for name in SOURCES],
        define_macros=[("Py_LIMITED_API", hex(ABI))],
        py_limited_api=True,
    )
    command = Build(Distribution({"name": "winitgen", "ext_modules": [extension]}))
    command.build_temp = command.build_lib = scratch
    command.ensure_finalized()
    command.run()
    return Path(command.get_ext_fullpath(extension.name))
