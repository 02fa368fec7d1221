"""A page as a reader sees it: bytes to text, tags to one flat list of blocks, whatever the markup was."""
