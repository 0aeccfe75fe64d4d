"""A plan into files, with the report of what was drawn: one file, or shards; all of it, or on a base."""
