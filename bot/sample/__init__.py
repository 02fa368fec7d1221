"""A sample manual of a council that does not exist, and the demonstration that is made with it."""
