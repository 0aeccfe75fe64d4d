"""Numbers computed once, at high precision, and shipped as bytes, with the scripts that computed them.

Each script writes its table with ``python -m winitgen.drawing.tables.<name>`` and compares the shipped one with
a fresh computation with ``--check``. Drawing reads the bytes alone; mpmath is needed only to make them.
"""
