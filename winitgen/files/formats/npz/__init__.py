"""NumPy's zip of arrays."""
