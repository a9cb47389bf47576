"""The parts of a purge: which versions go, and everything that named them written anew."""
