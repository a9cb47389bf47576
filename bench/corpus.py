"""Made-up memories of a coding agent, and questions whose answers are known.

A memory is a function of (seed, number), so a corpus of a million needs no room, and a question can be made
about any of them. How common words are follows a Zipf-Mandelbrot law, fitted by hand to 93,000 sentences of
docstrings, documentation and README files: there a running content word is in 0.03 %, 0.13 %, 0.46 %, 1.4 % and
3.2 % of the sentences (10th, 25th, 50th, 75th and 90th percentile). ``python -m bench.corpus 100000`` prints the
same figures for this corpus.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from bench.vocabulary import (
    ADJECTIVES,
    COMPONENTS,
    ERRORS,
    EXTENSIONS,
    NOUNS,
    PATTERNS,
    PREFIXES,
    QUESTIONS,
    SYLLABLES,
    VERBS,
)

TYPES: Final = (
    ("semantic",) * 10 + ("procedural",) * 3 + ("episodic",) * 3 + ("assumption",) * 2 + ("project", "preference")
)
SOURCES: Final = ("code_read", "claude_code", "claude_code", "test_result", "manual", "model_inference", "codex")

# Different nouns, their law, and the share of them that a component says more often than the rest.
VOCABULARY: Final = 60_000
FLATNESS: Final = 180.0
STEEPNESS: Final = 0.6
OWN_WORDS_SHARE: Final = 0.2


class Memory(NamedTuple):
    """One memory. ``words`` are the plain content words it holds, which a person would ask with."""

    number: int
    type: str
    content: str
    key: str | None
    tags: tuple[str, ...]
    applies_to: tuple[str, ...]
    source: str
    confidence: float
    words: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """The line that ``memora add --batch`` takes for it."""
        record: dict[str, Any] = {"type": self.type, "content": self.content, "source": self.source}
        record["confidence"] = self.confidence
        if self.key:
            record["key"] = self.key
        if self.tags:
            record["tags"] = list(self.tags)
        if self.applies_to:
            record["applies_to"] = list(self.applies_to)
        return record


class Question(NamedTuple):
    """Five plain words about one memory. ``telling`` are those of them that the memory says too."""

    text: str
    answer: int
    telling: tuple[str, ...]

    def answered_by(self, memory: Memory) -> bool:
        """Whether a memory has every telling word, as the one that was asked about does, be it in its key or tags."""
        return set(self.telling) <= {*memory.words, *memory.tags, *(memory.key or "").replace("_", ".").split(".")}


def memories(count: int, seed: int = 1, first: int = 0) -> Iterator[Memory]:
    """The memories numbered ``first`` to ``first + count - 1``, made as they are asked for."""
    return (memory(number, seed) for number in range(first, first + count))


def memory(number: int, seed: int = 1) -> Memory:
    """The memory of that number: the same for the same seed, whatever was made before."""
    rng = random.Random(seed << 40 | number)
    component = COMPONENTS[int(len(COMPONENTS) * rng.random() ** 2)]
    said: list[str] = []
    content = _sentence(rng, component, said)
    key = f"{component}.{_noun(rng, component)}.{_noun(rng, component)}_{number}" if rng.random() < 0.3 else None
    tags = tuple(sorted({component, _noun(rng, component)})) if rng.random() < 0.5 else ()
    applies_to = (f"src/{component}/**",) if rng.random() < 0.1 else ()
    confidence = round(0.3 + 0.7 * rng.random(), 2)
    words = tuple(dict.fromkeys(word for word in said if word.isalpha()))
    return Memory(number, rng.choice(TYPES), content, key, tags, applies_to, rng.choice(SOURCES), confidence, words)


def questions(count: int, memory_count: int, seed: int = 1) -> Iterator[Question]:
    """Questions about memories drawn evenly from the first ``memory_count``.

    Words are drawn evenly from those the memory says, common ones as well as rare ones: a person does
    not know which words are rare.
    """
    rng = random.Random(seed + 7919)
    made = 0
    while made < count:
        asked = memory(rng.randrange(memory_count), seed)
        pattern = rng.choice(QUESTIONS)
        needed = pattern.count("{")
        if len(asked.words) < needed:
            continue
        telling = tuple(rng.sample(asked.words, needed))
        made += 1
        yield Question(pattern.format(*telling), asked.number, telling)


def _sentence(rng: random.Random, component: str, said: list[str]) -> str:
    filled = []
    for piece in rng.choice(_SPLIT_PATTERNS):
        slot = _SLOTS.get(piece)
        filled.append(slot(rng, component, said) if slot else piece)
    return "".join(filled)


def _rank(rng: random.Random, size: int, flatness: float = FLATNESS) -> int:
    """A rank from 0 to ``size - 1``, drawn in proportion to (rank + flatness) ** -(1 + STEEPNESS)."""
    farthest = 1.0 - (1.0 + size / flatness) ** -STEEPNESS
    return int(flatness * (1.0 - rng.random() * farthest) ** (-1.0 / STEEPNESS) - flatness)


def _noun(rng: random.Random, component: str) -> str:
    if rng.random() < OWN_WORDS_SHARE:
        offset = COMPONENTS.index(component) * 37
        return _word((offset + _rank(rng, 200, 20.0)) * 7 % 2000)
    return _word(_rank(rng, VOCABULARY))


def _word(rank: int) -> str:
    """The word of a rank: first real ones, then compounds of them, then names nobody else uses."""
    if rank < len(NOUNS):
        return NOUNS[rank]
    if rank < 6000:
        return NOUNS[rank * 31 % len(NOUNS)] + NOUNS[rank * 7 % 97]
    name = ""
    while rank:
        rank, syllable = divmod(rank, len(SYLLABLES))
        name += SYLLABLES[syllable]
    return name


def _say(said: list[str], word: str) -> str:
    said.append(word)
    return word


def _conjugated(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeo":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")


def _verb(rng: random.Random) -> str:
    rank = _rank(rng, len(VERBS) * len(PREFIXES), 30.0)
    return PREFIXES[rank // len(VERBS)] + VERBS[rank % len(VERBS)]


def _adjective(rng: random.Random, component: str) -> str:
    rank = _rank(rng, 3 * len(ADJECTIVES), 30.0)
    return ADJECTIVES[rank] if rank < len(ADJECTIVES) else _noun(rng, component)


def _reference(rng: random.Random, component: str, said: list[str]) -> str:
    """A path, a function or a method, as code names them."""
    verb, first, second = _verb(rng), _noun(rng, component), _noun(rng, component)
    kind = rng.randrange(4)
    if kind == 0:
        return f"src/{component}/{first}_{second}.{rng.choice(EXTENSIONS)}"
    if kind == 1:
        return f"{verb}_{first}_{second}()"
    if kind == 2:
        return f"{verb}{first.capitalize()}{second.capitalize()}"
    return f"{first.capitalize()}{second.capitalize()}.{verb}"


def _spoken_verb(rng: random.Random, component: str, said: list[str]) -> str:
    return _say(said, _verb(rng))


def _third_person(rng: random.Random, component: str, said: list[str]) -> str:
    return _conjugated(_say(said, _verb(rng)))


_SLOTS: Final[dict[str, Callable[[random.Random, str, list[str]], str]]] = {
    "{n}": lambda rng, component, said: _say(said, _noun(rng, component)),
    "{N}": lambda rng, component, said: _say(said, _noun(rng, component)).capitalize(),
    "{v}": _spoken_verb,
    "{vs}": _third_person,
    "{a}": lambda rng, component, said: _say(said, _adjective(rng, component)),
    "{c}": lambda rng, component, said: _say(said, component),
    "{C}": lambda rng, component, said: _say(said, component).capitalize(),
    "{ref}": _reference,
    "{number}": lambda rng, component, said: str(rng.choice((5, 10, 30, 60, 443, 5432, 8080, rng.randrange(10_000)))),
    "{name}": lambda rng, component, said: _say(said, _word(6000 + _rank(rng, 20_000))).capitalize(),
    "{error}": lambda rng, component, said: _noun(rng, component).capitalize() + rng.choice(ERRORS),
}
_SPLIT_PATTERNS: Final = tuple(tuple(re.split(r"({\w+})", pattern)) for pattern in PATTERNS)


def main(count: int) -> None:
    """Print what the corpus is like: lengths, and how common the words of the questions are."""
    held: Counter[str] = Counter()
    lengths = identifiers = 0
    for made in memories(count):
        lengths += len(made.content)
        identifiers += bool(re.search(r"[a-z][A-Z_]|/", made.content))
        held.update(made.words)
    asked = [sorted(held[word] / count for word in question.telling) for question in questions(2000, count)]
    print(f"{count:,} memories, {lengths / count:.0f} characters each, {len(held):,} plain words")
    print(f"{identifiers / count:.0%} name code, {sum(held.values()) / count:.1f} plain words a memory")
    for name, figures in (
        ("a running word", [share for shares in asked for share in shares]),
        ("rarest of a question", [shares[0] for shares in asked]),
        ("commonest of a question", [shares[-1] for shares in asked]),
        ("sum over a question", [sum(shares) for shares in asked]),
    ):
        figures.sort()
        points = "  ".join(f"{figures[int(len(figures) * point)]:7.3%}" for point in (0.1, 0.25, 0.5, 0.75, 0.9))
        print(f"{name:24} {points}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
