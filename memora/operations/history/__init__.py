"""Verbs of history: commits, branches, and going back."""
