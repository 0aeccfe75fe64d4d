"""Layer-specs to start from: the examples of ``specs/``, and templates with the sizes that a user asks for."""
