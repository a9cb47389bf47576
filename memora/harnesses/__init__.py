"""The coding agents that memora works with: what they say to a hook, what they take for an answer, where they are told.

A coding agent with the program around it is a *harness* here. Everything in this room is pure: text and values in,
text and values out. Each fact about a harness stands in one place, because they change.
"""
