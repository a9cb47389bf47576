"""Three-way merge: differences, then decisions as values, then the merged tree. Pure, over ports.

The sides are ``base, ours, theirs``, in that order, everywhere.
"""
