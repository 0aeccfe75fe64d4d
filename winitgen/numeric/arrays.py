"""The type of an array whose shape and number format only run time knows."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
