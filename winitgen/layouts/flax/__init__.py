"""Flax: the variables of linen and the state of nnx."""
