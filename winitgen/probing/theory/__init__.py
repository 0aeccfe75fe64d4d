"""Mean-field theory: Gaussian signals through an activation, fixed points, and the edge of chaos."""

from winitgen.probing.theory.correlation import covariance
from winitgen.probing.theory.edge import Edge, edge_of_chaos, fixed_point
from winitgen.probing.theory.gaussian import Response, response

__all__ = ["Edge", "Response", "covariance", "edge_of_chaos", "fixed_point", "response"]
