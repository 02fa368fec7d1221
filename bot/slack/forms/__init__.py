"""Modals and the Home tab, made of plain values. Pure."""
