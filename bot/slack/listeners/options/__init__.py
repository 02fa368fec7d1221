"""Listeners for Slack's options."""
