"""Verbs that change what is remembered: each one operation in the log, none of them a commit."""
