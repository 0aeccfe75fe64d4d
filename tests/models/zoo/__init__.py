"""One model in each module: a ``MODEL``, found by looking."""
