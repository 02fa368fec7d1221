"""The tests: unit (pure), integration (real servers and databases), features (in by one door, out of another)."""
