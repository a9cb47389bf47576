"""How fast memora is, how much room it takes, and what git needs for the same: ``python -m bench``."""
