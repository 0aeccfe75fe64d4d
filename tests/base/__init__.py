"""Some tensors drawn, and the others copied from a base."""
