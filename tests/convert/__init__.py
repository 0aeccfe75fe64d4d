"""Weight files in another format: `winitgen.convert`, and the command."""
