"""Memories that leave the store as files, and come back from them."""
