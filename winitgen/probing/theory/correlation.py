"""The covariance of an activation's outputs for two correlated Gaussian inputs: one unit, two samples."""

from __future__ import annotations

import math

import numpy as np

from winitgen.catalog.activations import Applied
from winitgen.probing.theory.gaussian import response
from winitgen.probing.theory.quadrature import NODES, nodes_for


def covariance(applied: Applied, mean: float, variance: float, input_covariance: float) -> float:
    """Return Cov(f(z_a), f(z_b)) for Gaussian z with a common mean, variance and covariance c.

    c is ``input_covariance``, from 0 to ``variance``. With z = y + w, where the samples share y ~ N(mean, c)
    and each has its own w ~ N(0, variance - c), it is Var_y E_w f(y + w) (Poole et al. 2016, eq. 5, as two
    nested integrals). The error is below 1e-4 of Var f(z), and below 1e-6 unless nearly all variance is
    shared. It is nan for softmax, which has no f, and for arguments that are not finite.
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
