"""A simulated year: manuals change, teams come, pause, change their minds and go, servers fail; and a checker that
counts, from what arrived alone, whether everybody was told everything once and at the right moment.

The whole year is ``python -m tests.year``; some weeks of it are in the suite.
"""
