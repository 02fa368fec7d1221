"""Chapters' own pages: followed, read into sections, and compared word by word."""
