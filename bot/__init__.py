"""Every door people come through: the command line, Slack, pages and mail."""
