"""Tables: the columns stated once, and what is computed from rows to be drawn."""
