"""Verbs that keep a store healthy."""
