"""The command line: the only reader of arguments, environment and clock, and the only writer of text."""
