"""Where memory is shared: packs of objects and a chain of manifests, in a folder, object storage or a git repository.

The room owns the form of a remote (SPEC.md, "Remotes") and the transports. It refuses to know which store asks, and
what a branch of it is called.
"""
