"""One module a command: parse, call one operation, render."""
