"""``python -m winitgen`` is the command ``winitgen``."""

from winitgen.cli import main

if __name__ == "__main__":
    main()
