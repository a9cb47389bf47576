"""The door for coding agents' hooks: reads what they say, answers in their way, and never stands in their way.

It is called at every step of an agent, so it loads as little as can be: no command line, no framework, and a
repository only where there is something to answer.
"""
