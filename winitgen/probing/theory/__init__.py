"""Mean-field theory: what an activation makes of a Gaussian signal, and where a signal neither fades nor grows."""

from winitgen.probing.theory.correlation import covariance
from winitgen.probing.theory.edge import Edge, edge_of_chaos, fixed_point
from winitgen.probing.theory.gaussian import Response, response

__all__ = ["Edge", "Response", "covariance", "edge_of_chaos", "fixed_point", "response"]
