"""Kills real worker processes, at named points and at random moments, and counts what became of the messages.

The long form prints a table: ``python -m tests.kill --deliveries 2000 --kills 200``.
"""
