"""Sharing memory with other places: what is fetched, pushed and cloned, and what arrives."""
