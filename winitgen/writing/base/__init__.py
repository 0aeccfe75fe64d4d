"""A plan of which some tensors are drawn, and the others copied from a file, the base."""
