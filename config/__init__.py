"""Settings, and the files a council edits: manuals, topics, glossary."""
