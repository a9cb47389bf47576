"""One measured figure, and whether it is as it must be."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """A number that was measured, the bound on it, and git's number for the same work, all in one unit.

    ``bound`` is the most that is allowed, or with ``at_least`` the least; None where nothing is promised.
    ``measured`` is None where there is nothing to measure yet, and ``note`` says why.
    """

    name: str
    what: str
    measured: float | None
    unit: str
    bound: float | None = None
    at_least: bool = False
    git: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """``holds`` or ``misses``; empty where there is nothing to judge."""
        if self.measured is None or self.bound is None:
            return ""
        holds = self.measured >= self.bound if self.at_least else self.measured <= self.bound
        return "holds" if holds else "misses"


def ratio(name: str, what: str, measured: float, bound: float | None = None, git: float | None = None) -> Figure:
    """A figure that says how many times as much one thing is as another."""
    return Figure(name, what, measured, "x", bound, git=git)
