"""Which chapter answers what somebody typed: the glossary, the index, and the ranking."""
