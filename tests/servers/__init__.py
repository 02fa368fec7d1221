"""Real servers for tests, each on a free port of loopback."""
