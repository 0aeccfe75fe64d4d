"""The laws of libraries whose draws differ from the ideal law, as measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.statistics.laws import Law
from winitgen.audit.statistics.measured import by_jax, by_mlx, by_pytorch, by_tensorflow, rare
from winitgen.audit.statistics.measured.masses import Masses
from winitgen.audit.statistics.measured.rare import Rare

Draw = Callable[[Law, np.dtype[Any]], "Iterator[Masses] | Iterator[Rare]"]
"""From the planned law and a number format to what the library draws; several laws if its scale depends on the caller."""

NARROW = ("bfloat16", "float16")
WIDE = ("float32", "float64")


class LibraryLaw(NamedTuple):
    """What a library draws where ``kinds`` of law are planned in ``formats``.

    ``library`` draws so (``verb`` is what it does), and so do ``others``. ``said`` is what differs, in words with braces for measured numbers;
    ``near`` is how many numbers of the format values may be off, where the last digits depend on how the steps are compiled.
    ``version`` is what was measured, ``changes`` what it does to the ideal law, for the reference.
    """

    library: str
    verb: str
    others: str
    version: str
    kinds: tuple[str, ...]
    formats: tuple[str, ...]
    draw: Draw
    said: str
    changes: str
    near: int = 0


LAWS = (
    LibraryLaw(
        "JAX", "draws", "flax, haiku, equinox, Keras on JAX", "jax 0.10.2", ("normal",), NARROW, by_jax.normal,
        "{count:,} values, tails cut at {reach:.1f} standard deviations",
        "from 7 random bits in bfloat16 and 10 in float16; the mean is -0.01 standard deviations in bfloat16", near=2,
    ),
    LibraryLaw(
        "JAX", "draws", "flax, haiku, equinox, Keras on JAX", "jax 0.10.2", ("truncated_normal",), NARROW, by_jax.truncated,
        "{count:,} values from {low:.1f} to {high:.1f} standard deviations",
        "from 7 random bits in bfloat16 and 10 in float16; the number next to the lower cut is reached, that next to the upper is not", near=2,
    ),
    LibraryLaw(
        "JAX and TensorFlow", "draw", "flax, haiku, equinox, Keras on both", "jax 0.10.2, tensorflow 2.21.0", ("uniform",), NARROW, by_jax.uniform,
        "{count:,} values, the lower end among them and not the upper",
        "from 7 random bits in bfloat16 and 10 in float16, so that the mean is too small by half a step", near=1,
    ),
    LibraryLaw(
        "PyTorch", "draws", "", "torch 2.13.0", ("uniform",), NARROW, by_pytorch.uniform,
        "what is rounded to the upper end stands at the lower end",
        "the upper end, which is excluded, is moved to the lower one, and both are rounded to the format",
    ),
    LibraryLaw(
        "PyTorch", "draws", "", "torch 2.13.0", ("truncated_normal",), NARROW, by_pytorch.truncated,
        "the cut is rounded to the format, and so are the values before they are cut",
        "normals are rounded, and drawn again unless they lie between the rounded cuts",
    ),
    LibraryLaw(
        "Keras on PyTorch", "draws", "", "keras 3.15.1, torch 2.13.0", ("uniform",), NARROW, by_pytorch.keras_uniform,
        "a draw in [0, 1) that is multiplied and shifted in the format",
        "what is rounded to 1 is 0; the product and the sum are rounded to the format",
    ),
    LibraryLaw(
        "Keras on PyTorch", "draws", "", "keras 3.15.1, torch 2.13.0", ("truncated_normal",), NARROW, by_pytorch.keras_truncated,
        "4 in 1,000,000 values beyond the cut, the scale multiplied in the format",
        "the first of four rounded normals within the cut, or the first of all if none is",
    ),
    LibraryLaw(
        "Keras on PyTorch", "draws", "", "keras 3.15.1, torch 2.13.0", ("truncated_normal",), WIDE, rare.keras_leak,
        "4 in 1,000,000 values beyond the cut",
        "the first of four normals within the cut, or the first of all if none is",
    ),
    LibraryLaw(
        "timm", "draws", "", "timm 1.0.31, torch 2.13.0", ("normal", "truncated_normal"), NARROW, by_pytorch.timm_normal,
        "1 in {lump:,.0f} values at {least:.4g}, others to {high:.1f} standard deviations",
        "the inverse error function of a uniform draw, whose lower end becomes the lower cut, by default -2 whatever the deviation",
    ),
    LibraryLaw(
        "timm", "draws", "", "timm 1.0.31, torch 2.13.0", ("normal", "truncated_normal"), ("float32",), rare.timm_lump,
        "1 in {lump:,.0f} values at {least:.4g}",
        "the inverse error function of a uniform draw, whose lower end becomes the lower cut, by default -2 whatever the deviation",
    ),
    LibraryLaw(
        "timm", "draws", "", "timm 1.0.31, torch 2.13.0", ("truncated_normal",), NARROW, by_pytorch.timm_scaled,
        "1 in {lump:,.0f} values at the lower cut",
        "the same with the cut in standard deviations (`trunc_normal_tf_`), multiplied in the format",
    ),
    LibraryLaw(
        "MLX", "draws", "", "mlx 0.32.4", ("uniform",), NARROW, by_mlx.uniform,
        "a draw in [0, 1) that is multiplied and shifted in the format",
        "what is rounded to 1 is the next smaller number; the product and the sum are rounded to the format",
    ),
    LibraryLaw(
        "MLX", "draws", "", "mlx 0.32.4", ("truncated_normal",), NARROW, by_mlx.truncated,
        "values from {low:.1f} to {high:.1f} standard deviations, the scale multiplied in the format",
        "each step of the inverse error function of a uniform draw is rounded to the format",
    ),
    LibraryLaw(
        "MLX", "draws", "", "mlx 0.32.4", ("normal",), NARROW, by_mlx.normal,
        "the scale is rounded to the format and multiplied in it",
        "a normal of variance 1/2 is rounded, and multiplied by the rounded deviation times the root of 2",
    ),
    LibraryLaw(
        "TensorFlow", "draws", "Keras on TensorFlow", "tensorflow 2.21.0, keras 3.15.1", ("normal", "truncated_normal"), NARROW, by_tensorflow.scaled,
        "the scale is rounded to the format and multiplied in it",
        "a standard normal, truncated or not, is rounded and then multiplied by the rounded deviation",
    ),
)  # fmt: skip
"""Each with its library. Of several that explain a tensor, that of the library is named which explains most of its file, or else the likeliest."""
