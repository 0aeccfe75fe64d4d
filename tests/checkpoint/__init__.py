"""A model as a checkpoint that is drawn as it is read."""
