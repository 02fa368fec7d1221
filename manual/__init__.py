"""Pages and chapters of a procedures manual: fetch, read, compare, look up. Knows nobody's interests."""
