"""A model in several files: which tensor is in which, what they are called, and the index that lists them."""
