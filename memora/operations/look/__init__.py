"""Verbs that only look; they never write."""
