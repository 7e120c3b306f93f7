"""What the Health screen shows: figures, courses over time and tables of one window.

Pure: everything is made of counters and events that somebody else has read.
"""
