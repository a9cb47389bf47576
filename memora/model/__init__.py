"""The values memora works with, their canonical bytes, and the ports they cross. Pure: no clock, no files."""
