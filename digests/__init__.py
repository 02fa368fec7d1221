"""Turns matches into digests and delivers them."""
