"""Specs of models that were written for other frameworks, each with the real class that must take its tensors."""
