"""The response of an activation that has one, for tests of the theory."""

from winitgen.catalog.activations import Applied
from winitgen.probing.theory import Response, response


def known(applied: Applied, mean: float, variance: float) -> Response[float]:
    """Return the response of an activation that has one."""
    found = response(applied, mean, variance)
    assert found is not None
    return found
