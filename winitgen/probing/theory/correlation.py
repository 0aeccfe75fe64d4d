"""What an activation makes of two Gaussian values that vary together: one unit's, for two samples."""

from __future__ import annotations

import math

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.probing.theory.gaussian import response
from winitgen.probing.theory.quadrature import NODES, nodes_for


def covariance(applied: Applied, mean: float, variance: float, input_covariance: float) -> float:
    """Return Cov(f(z_a), f(z_b)) for Gaussian z of one mean and variance and the covariance ``together``.

    With z = y + w, where the samples have y ~ N(mean, together) in common and w ~ N(0, variance -
    together) each for itself, it is Var_y E_w f(y + w) (Poole et al. 2016, eq. 5, as one integral in
    another); ``together`` is from 0 to ``variance``. Exact to 1e-4 of Var f(z), and to 1e-6 unless nearly all
    is in common. Of softmax, which has no f, and of what is not finite it is nan.
    """
    if applied.name == "softmax" or not all(map(math.isfinite, (mean, variance, input_covariance))):
        return math.nan
    if input_covariance <= 0.0:
        return 0.0
    nodes, weights = nodes_for(np.array([mean]), np.array([input_covariance]), applied.row.kinks, NODES // 2)
    counted = weights[0] > 0.0
    inner = response(applied, nodes[0, counted], max(variance - input_covariance, 0.0))
    assert inner is not None
    shares = weights[0, counted]
    about = inner.mean - shares @ inner.mean
    return float(shares @ (about * about))
