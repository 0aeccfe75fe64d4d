"""The tensors of an ``nnx.Module`` of Flax, by the paths of its variables."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from winitgen.errors import Mistake, SpecError
from winitgen.importing.found import FoundTensor
from winitgen.importing.trace.formulas import snapped
from winitgen.importing.trace.initializers import fans_of
from winitgen.importing.trace.measured import measured
from winitgen.importing.trace.refusals import NO_LAW, NO_VARIABLES
from winitgen.numeric.arrays import Array
from winitgen.spec.mistakes import show
