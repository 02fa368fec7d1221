"""The door for Slack: a command, buttons, modals, the Home tab and links."""
