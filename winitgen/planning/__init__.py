"""From a `ModelSpec` to a `Plan`: every decision is made, and no value is drawn but of the few kernels whose norm may not divide them."""
