"""Amendments pages: read into entries, and compared with what they said before."""
