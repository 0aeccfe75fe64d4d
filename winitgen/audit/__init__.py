"""A weight file beside a plan, or beside another file: what it holds, and whether it is right."""
