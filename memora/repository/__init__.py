"""An opened store: ``Repository`` holds its parts, ``Transaction`` changes them all or not at all."""

from memora.repository.repository import Repository
from memora.repository.transaction import Transaction

__all__ = ["Repository", "Transaction"]
