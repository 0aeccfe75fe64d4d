"""Tables computed once, at high precision, and shipped as bytes, with the scripts that compute them.

Each script writes its table with ``python -m winitgen.drawing.tables.<name>``; with ``--check`` it compares
the shipped table with a fresh computation. Drawing reads only the bytes; mpmath is needed only to make them.
"""
