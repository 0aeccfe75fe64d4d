"""The tables of the reference, a module for each page that has some; each table is a function to Markdown."""
