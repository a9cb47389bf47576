"""Merkle trees: immutable sets of (node id, version id), whose root depends on the set alone."""
