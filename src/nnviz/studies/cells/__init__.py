"""What studies compute and keep: one network each, from plain settings to plain columns.

A result is found again as long as the code that it came from is the same. So a cell imports what
it computes with and nothing else: no claims, no words, no tables that others read. What is asked
of the results stands in the studies, and may change without anything being computed anew.
"""
