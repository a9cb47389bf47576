"""What ``check`` looks for, a module for each place it looks at."""
