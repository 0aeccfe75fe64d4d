"""Computes every recorded hash again on this machine: ``python -m tests.portable.compute``.

It prints the machine and all hashes as JSON. ``--groups`` selects groups, ``--threads`` and ``--block`` say
how files are written, and ``--plans`` reads the parameters to draw from a file: then only the drawing
core is imported, which also runs where winitgen's dependencies do not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.portable import derived_models, distributions, models

if TYPE_CHECKING:
    from winitgen.planning.plan import Parameter, Plan

SPECS = Path(__file__).parents[2] / "specs"

STREAMED = 1 << 20
"""Elements of each distribution."""

Found = Iterator[tuple[str, str]]
Plans = list[tuple[str, "Sequence[Parameter]"]]


def little(array: Any) -> bytes:
    """Return the bytes of an array in little-endian order, as in files."""
    if array.dtype.kind in "fiu":
        array = array.astype(array.dtype.newbyteorder("<"))
    return bytes(array.tobytes())


def stream(_options: argparse.Namespace) -> Found:
    """Yield the hash of each distribution's first elements."""
    for name, distribution in distributions.DISTRIBUTIONS.items():
        for precision in ("float32", "float64"):
            drawn = distributions.draw(distribution, precision, 0, STREAMED)  # type: ignore[arg-type]
            yield f"stream/{name}/{precision}", hashlib.sha256(little(drawn)).hexdigest()


def plans() -> Plans:
    """Return the parameters of each scheme, number format and seed."""
    import winitgen

    spec = winitgen.load_spec(models.ALL_SCHEMES)
    found: Plans = []
    for dtype in models.DTYPES:
        found += _by_scheme(winitgen.plan(spec, dtype=dtype), models.SCHEMES)
    spec = winitgen.load_spec(models.AT_EDGES)
    for seed in models.EDGES[1:]:
        for dtype in ("float32", "float64"):
            found += _by_scheme(winitgen.plan(spec, seed=seed, dtype=dtype), models.EDGE_SCHEMES)
    for name, source in (
        ("large", models.LARGE),
        ("learned", models.LEARNED),
        ("heads", models.HEADS),
        *derived_models.LARGE.items(),
    ):
        spec = winitgen.load_spec(source)
        for dtype in ("float32", "float64"):
            found.append((f"values/{name}/{dtype}/0", winitgen.plan(spec, dtype=dtype).parameters))
    return found


def _by_scheme(planned: Plan, names: Sequence[str] | dict[str, Any]) -> Plans:
    """Return the parameters of each of these schemes together."""
    return [
        (
            f"values/{name}/{planned.dtype}/{planned.seed}",
            [parameter for parameter in planned.parameters if parameter.path.split(".")[0] == name],
        )
        for name in names
    ]


def values(options: argparse.Namespace) -> Found:
    """Yield the hash of the values of each scheme, in the number formats that this machine has."""
    from winitgen.drawing import draw
    from winitgen.numeric.dtypes import DTYPES

    if options.block:
        draw.BLOCK = options.block
    known = {name for name, row in DTYPES.items() if not row.stored_as or _has_small_formats()}
    for name, parameters in pickle.loads(Path(options.plans).read_bytes()) if options.plans else plans():  # noqa: S301
        if all(parameter.dtype in known for parameter in parameters):
            found = hashlib.sha256()
            for parameter in parameters:
                found.update(little(draw.whole(parameter)))
            yield name, found.hexdigest()


def presets(_options: argparse.Namespace) -> Found:
    """Yield the hash of a layer of each kind for each preset; presets that agree on all of them share one."""
    import winitgen
    from winitgen.catalog.presets import PRESETS
    from winitgen.drawing import draw

    for name in PRESETS:
        found = hashlib.sha256()
        for parameter in winitgen.plan({"defaults": {"preset": name}, "layers": models.PRESETS}).parameters:
            found.update(little(draw.whole(parameter)))
        yield f"presets/{name}", found.hexdigest()


@cache
def _has_small_formats() -> bool:
    from importlib.util import find_spec

    return find_spec("ml_dtypes") is not None


def files(options: argparse.Namespace) -> Found:
    """Yield the hash of small models in every layout, format and number format that can hold them."""
    import winitgen
    from winitgen.files.formats import FORMATS
    from winitgen.layouts import LAYOUTS

    for model, source in models.FILES.items():
        spec = winitgen.load_spec(source)
        for layout in LAYOUTS if model != "lone" else ("torch",):
            for dtype in models.DTYPES:
                planned = winitgen.plan(spec, dtype=dtype, layout=layout)
                for row in FORMATS.values():
                    if row.name != "keras-h5" or (layout, model, dtype[:6]) in _KERAS:
                        name = f"files/{model}/{layout}/{row.name}/{dtype}"
                        yield name, _written(planned, row.endings[0], options)
    for model, (source, layouts) in models.TENSORS.items():
        spec = winitgen.load_spec(source)
        for layout in layouts:
            for dtype in ("float32", "bfloat16"):
                planned = winitgen.plan(spec, dtype=dtype, layout=layout)
                name = f"files/{model}/{layout}/safetensors/{dtype}"
                yield name, _written(planned, ".safetensors", options)
    for model, source in (("buffers", derived_models.BUFFERS), ("random", derived_models.RANDOM)):
        planned = winitgen.plan(source)
        for row in FORMATS.values():
            if row.name != "keras-h5":
                yield f"files/{model}/torch/{row.name}/whole", _written(planned, row.endings[0], options)


# Keras's own file only holds layers and number formats that Keras has.
_KERAS = {
    ("keras", model, dtype[:6])
    for model in ("image", "sequence")
    for dtype in ("float64", "float32", "float16", "bfloat16")
}


SPEC_FILES = [
    *(
        (spec, ending, "float32", 0)
        for spec in ("deck", "mlp", "lenet5", "autoencoder")
        for ending in (".safetensors", ".npz", ".npy", ".h5", "/")
    ),
    *(
        ("mlp", ending, dtype, 1)
        for dtype in ("float64", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
        for ending in (".safetensors", ".npz", ".h5")
    ),
    *(("mlp", ".safetensors", "float32", seed) for seed in models.EDGES[2:]),
]

LARGE_FILES = [(spec, ".safetensors", "float32", 7) for spec in ("resnet18", "unet", "vgg16")]


def specs(options: argparse.Namespace) -> Found:
    """Yield the hash of the examples' files."""
    yield from _examples("specs", SPEC_FILES, options)


def large(options: argparse.Namespace) -> Found:
    """Yield the hash of the large examples' files."""
    yield from _examples("large", LARGE_FILES, options)


def billions(_options: argparse.Namespace) -> Found:
    """Yield the hash of a file of 2 billion normals, piped from the command line."""
    command = [sys.executable, "-m", "winitgen", "init", "-", "-o", "-", "--quiet"]
    found = hashlib.sha256()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(models.BILLIONS).encode())
        process.stdin.close()
        while part := process.stdout.read(1 << 20):
            found.update(part)
    assert process.returncode == 0
    yield "billions/he_normal/safetensors/float32/0", found.hexdigest()


def _examples(group: str, cases: list[tuple[str, str, str, int]], options: argparse.Namespace) -> Found:
    import winitgen

    for spec, ending, dtype, seed in cases:
        planned = winitgen.plan(SPECS / f"{spec}.yaml", dtype=dtype, seed=seed)
        format_name = ending.strip("./") or "folder"
        yield f"{group}/{spec}/{format_name}/{dtype}/{seed}", _written(planned, ending, options)


def _written(planned: Plan, ending: str, options: argparse.Namespace) -> str:
    """Write a model; return the SHA-256 of the file, or of all files of a folder in the order of their names."""
    from winitgen.files.formats import by_path
    from winitgen.files.output import blocks
    from winitgen.files.output.options import WriteOptions
    from winitgen.files.output.output_plan import plan_output
    from winitgen.files.output.publish import publish
    from winitgen.files.recipe import metadata
    from winitgen.layouts import tensors
    from winitgen.numeric import threads

    if options.threads > 1:
        threads.WORTH_A_THREAD = 0
    with tempfile.TemporaryDirectory() as folder:
        out = Path(f"{folder}/w{ending}")
        output = plan_output(by_path(f"w{ending}"), tensors(planned), metadata(planned))
        block = options.block or blocks.BLOCK
        publish(
            output, f"{folder}/w{ending}", WriteOptions(threads=options.threads, block=block, fsync=False)
        )
        found = hashlib.sha256()
        for file in sorted(out.iterdir()) if out.is_dir() else [out]:
            found.update(file.read_bytes())
        return found.hexdigest()


GROUPS: dict[str, Callable[[argparse.Namespace], Found]] = {
    row.__name__: row for row in (stream, values, presets, files, specs, large, billions)
}

SMALL = ("stream", "values", "presets", "files", "specs")
"""The groups that take seconds."""

USUAL = (*SMALL, "large")
"""All but the one that takes minutes."""


def about() -> dict[str, Any]:
    """Return the processor, the versions, and the vector instructions that NumPy uses."""
    import cryptography
    import numpy as np

    try:
        from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    except ImportError:
        from numpy.core._multiarray_umath import (  # type: ignore[no-redef]
            __cpu_dispatch__,
            __cpu_features__,
        )
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    if h5py := sys.modules.get("h5py"):
        versions |= {"h5py": h5py.__version__, "hdf5": h5py.version.hdf5_version}
    return {
        "machine": platform.machine(),
        "byteorder": sys.byteorder,
        "cryptography": cryptography.__version__,
        "features": [name for name in __cpu_dispatch__ if __cpu_features__[name]],
        **versions,
    }


def compute(
    groups: Sequence[str] = SMALL, *, threads: int = 1, block: int = 0, plans: str = ""
) -> dict[str, str]:
    """Return every hash of these groups by name."""
    options = argparse.Namespace(threads=threads, block=block, plans=plans)
    return {name: digest for group in groups for name, digest in GROUPS[group](options)}


def main() -> None:
    """Print the hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", nargs="+", default=list(SMALL), choices=list(GROUPS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--block", type=int, default=0)
    parser.add_argument("--plans", default="")
    found = compute(**vars(parser.parse_args()))
    print(json.dumps({"about": about(), "found": found}))
    sys.stdout.flush()
    os._exit(0)  # an emulator is slow at tearing down a process


if __name__ == "__main__":
    main()
