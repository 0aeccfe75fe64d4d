"""The JSON reports as types, a class for each object in them, from which their JSON Schemas are made."""
