"""Measurements; each module runs by itself and prints a table and a line of JSON."""
