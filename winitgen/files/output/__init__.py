"""The way into a file: whole or not at all, in several threads, over what is there already."""
