"""What people can ask for, whatever door they come through: understood from their words, and said back."""
