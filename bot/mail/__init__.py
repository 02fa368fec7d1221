"""The door for mail: what people write to us, and what comes back."""
