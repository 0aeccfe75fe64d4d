"""The commands, one file each, imported when called; a leading underscore marks a helper of one command."""
