"""NumPy's own format: one array or one structured record."""
