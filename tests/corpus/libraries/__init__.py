"""One module a library, each with ``write``; it runs where the library is installed, and nowhere else."""
