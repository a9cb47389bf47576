"""What other tools and people wrote down, read as memories: text in, values out. Nothing here opens a file."""
