"""What the app says: messages made of plain values. Pure."""
