"""The past: objects as values, the commit graph, and the names of revisions. Pure, over ports."""
