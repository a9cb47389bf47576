"""Context files: memories in, text out, and the text that people edited back into what they meant.

Pure over values: which memories, which files there are and what stands in them come in as arguments.
"""
