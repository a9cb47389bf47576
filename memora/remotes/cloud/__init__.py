"""Remotes in object storage: Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage.

The room owns everything about the three services, and is the only place that imports ``obstore``, which is an extra.
"""

from memora.remotes.cloud.files import CloudFiles

__all__ = ["CloudFiles"]
