"""The inner loops in C, where they were built. NumPy's calls give the same bits, and do the work where they were not.

``build_hook.py`` builds them when the package is installed; ``kernels.py`` finds them.
"""
