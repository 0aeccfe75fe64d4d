"""The commands, a file each, imported when called; a leading underscore marks what one of them is helped by."""
