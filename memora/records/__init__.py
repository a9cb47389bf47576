"""Results as versioned JSON records, the same for ``--json``, tools and servers (docs/json.md)."""
