"""Weight files that real libraries write, as `winitgen inspect` lists them."""
