"""A key and a range of elements to values: the key stream, the quantile, the distributions."""
