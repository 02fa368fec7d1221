"""Topics, subscribers, what they asked for, and which amendments match it."""
