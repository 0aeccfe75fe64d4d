"""Weight files: their formats, how they are written and how they are read."""
