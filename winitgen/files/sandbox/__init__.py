"""Native libraries in a process of their own: a damaged file may crash or hang them, or let them take all memory."""
