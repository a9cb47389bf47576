"""Finding the beliefs that answer a question: what the question asks for, what holds it, in which order.

``docs/recall.md`` explains how, with the formula.
"""
