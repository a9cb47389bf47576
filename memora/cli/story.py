"""What ``memora demo`` plays: a small project, and two agents who come to believe different things about it."""

from __future__ import annotations

from typing import Final, NamedTuple


class Scene(NamedTuple):
    """One line on what happens and why, and the command lines as a person would type them."""

    about: str
    commands: tuple[str, ...]


AUTHOR: Final = "ada"

# The code of the project, which the evidence of the story points to.
CODE_FILE: Final = "auth.py"
CODE: Final = 'SIGNED_WITH = "RS256"\n'

_ONE_AGENT: Final = (
    Scene("A store is a folder beside the code, as .git is.", ("memora init",)),
    Scene(
        "Cursor read the code: a fact, its key, how it is known, and where to look.",
        ('memora add "Tokens use RS256" -k jwt --source code_read --evidence auth.py:L1',),
    ),
    Scene(
        "What it only guesses is an assumption, and fades unless it is confirmed.",
        ('memora add "Sessions use Redis" -t assumption --source model_inference',),
    ),
    Scene("A commit records what is believed now.", ('memora commit -m "First beliefs"',)),
)
_A_SECOND_ONE: Final = (
    Scene(
        "Another agent, Codex, works on a branch, in nobody's way: how to deploy?",
        (
            "memora switch -c codex",
            'memora add "Deploy by helm" -t procedural -k deploy --source codex',
            'memora commit -m "How Codex deploys"',
        ),
    ),
)
_MEANWHILE: Final = (
    Scene(
        "Cursor, on main, knows nothing of that and learns something else.",
        (
            "memora switch main",
            'memora add "Deploy by make" -t procedural -k deploy --source cursor',
            'memora commit -m "How Cursor deploys"',
        ),
    ),
)
_THEY_MEET: Final = (
    Scene("A merge is never stuck, and overrules nobody silently.", ("memora merge codex",)),
    Scene("Neither agent is trusted more, so memory holds both until you settle it.", ("memora conflicts",)),
    Scene("Whoever asks meanwhile is told that it is disputed.", ('memora recall "how do we deploy"',)),
    Scene("You know better; your word makes it surer, too.", ("memora resolve deploy --theirs",)),
)
_AND_SO_ON: Final = (
    Scene("Agents read what is believed in the files that they read anyway.", ("memora export --to agents-md",)),
    Scene("History says who believed what, and when.", ("memora log --oneline --graph",)),
    Scene("Every command can be taken back, a merge too; here, what you settled.", ("memora undo",)),
)
ACTS: Final = (_ONE_AGENT, _A_SECOND_ONE, _MEANWHILE, _THEY_MEET, _AND_SO_ON)

# The lines behind the last act.
AFTERWARDS: Final = (
    "It all stays in {folder}",
    "Settle the dispute there your own way; or change auth.py, and `memora verify`.",
    "In a project of your own:",
    "    memora init && memora import CLAUDE.md docs   # what is written down already",
    "    memora agent install claude-code              # or codex, cursor, all",
)
