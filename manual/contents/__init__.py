"""Contents pages: read into sections and chapters, and compared with what they listed before."""
