"""Made-up memories of a coding agent, and questions whose answers are known.

Every memory is a function of (seed, number), so a corpus of a million needs no room and a question
can be made about any of them. Words follow a Zipf-Mandelbrot law whose two constants were fitted to
93,000 sentences of real documentation, docstrings and README files: the share of memories that hold a
content word is there 0.03 % / 0.46 % / 3.2 % at the 10th, 50th and 90th percentile of running words.
``python bench/corpus.py 100000`` prints the same figures for this generator.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

def _ordered(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.split()))


NOUNS = _ordered("""
value file token test error user request type branch service cache table node key config build function module
session job client server query default path version list object process worker event log index option name data
schema queue database store command record endpoint handler response timeout line retry webhook migration payment
string class number limit header message column field release field account order invoice page model state email
hook parameter route password transaction connection lock batch script argument package import export event
container deployment image cluster region bucket backup flag feature rollout metric alert dashboard trace span
secret certificate login logout signature algorithm hash digest cookie redirect domain proxy gateway balancer
dependency upgrade library framework plugin extension editor linter formatter compiler parser lexer grammar
fixture mock snapshot coverage suite assertion pipeline stage runner artifact tag changelog commit merge conflict
review reviewer owner team policy rule permission role scope audit tenant customer subscription plan price discount
currency refund receipt ledger balance tax country locale translation timezone calendar date deadline schedule cron
interval backoff jitter quota threshold window bucket shard replica partition offset consumer producer topic broker
stream buffer pool thread coroutine mutex semaphore deadlock race leak heap stack frame pointer reference closure
iterator generator decorator annotation interface protocol enum union tuple set mapping dictionary array matrix vector
encoding charset byte bit prefix suffix separator delimiter quote escape template layout component widget button form
modal sidebar menu theme color font icon stylesheet breakpoint viewport animation transition scroll cursor selection
clipboard shortcut keyboard mouse touch gesture notification toast banner tooltip search filter sort pagination facet
ranking score relevance embedding dataset label feature epoch gradient checkpoint inference latency throughput
benchmark profile hotspot bottleneck memory disk volume mount filesystem directory symlink inode descriptor socket
port address subnet firewall router tunnel handshake cipher nonce salt entropy seed identifier slug checksum manifest
archive compression chunk segment block page journal snapshot rollback savepoint isolation constraint trigger view
procedure cascade foreign primary sequence identity upload download attachment thumbnail avatar video codec bitrate
playlist subtitle webcam microphone sensor device firmware bootloader kernel driver interrupt register opcode
problem reason result change code time way place part case work need idea note question answer decision choice
meaning example detail mistake risk cost benefit habit step stage phase plan goal task ticket issue bug fix patch
workaround behaviour behavior environment machine laptop office weekend morning developer engineer designer analyst
manager support partner vendor supplier contractor employee member group company country city street building room
product project feature roadmap milestone estimate contract agreement law regulation privacy consent retention policy
total amount sum average median percent rate ratio count size length width height depth weight age duration
start end begin middle top bottom left right corner edge center side front back inside outside
paper book chapter section paragraph sentence word letter symbol character digit figure picture photo diagram chart
graph curve axis legend label title summary description comment remark hint warning notice alarm failure crash outage
incident postmortem recovery restart drill rehearsal simulation experiment trial study survey interview feedback
rating vote opinion preference taste style convention standard guideline checklist template pattern shape structure
architecture boundary contract adapter facade factory builder observer visitor strategy singleton delegate wrapper
helper utility constant literal expression statement condition loop recursion branch switch fallback default
sandbox playground staging production preview canary mirror replica standby primary leader follower quorum
consensus election heartbeat lease term epoch clock drift skew ordering causality vector gossip membership
""")

VERBS = _ordered("""
use return set run call need read write create load fail check handle start send store update add expect pass build
skip remove change validate parse fetch retry reject accept keep open close resolve wrap emit log cache raise import
export deploy test require support replace override trigger block wait poll publish consume commit merge revert
refresh expire rotate sign verify encrypt decrypt hash encode decode compress split join sort filter group count
limit throttle queue schedule cancel resume restart reload migrate seed index search rank render mount bind listen
connect disconnect authenticate authorize redirect forward proxy route dispatch register subscribe notify broadcast
track measure profile sample flush drain truncate append prepend rename move copy clone mirror sync archive restore
""")

ADJECTIVES = _ordered("""
new default same old internal public local empty missing current stale slow remote shared nested custom global optional
required strict lazy async concurrent duplicate expired invalid legacy nightly daily manual automatic temporary
permanent read-only idempotent atomic durable volatile hidden deprecated experimental unstable flaky nullable
recursive sequential parallel partial incremental signed unsigned encrypted anonymous privileged
""")

COMPONENTS = _ordered("""
auth billing api web worker search storage sync admin mobile gateway notify ingest export reports cli scheduler
catalog checkout inventory profiles messaging analytics media infra
""")

EXTENSIONS = ("py", "py", "ts", "ts", "rs", "go", "tsx", "sql", "yaml", "toml", "md")
ERRORS = ("Error", "Error", "Exception", "Timeout", "NotFound", "Refused")
PREFIXES = ("", "re", "un", "pre")
SYLLABLES = "ka ve lo rin ta mos del qui ster pra nu bex ol fi gar he jun lam wi zor cal dri en sho".split()

PATTERNS = (
    "The {n} {n} {vs} the {a} {n} when {c} {vs} {n}, and {n} {n} is {a}",
    "{C} {vs} {n} {n} before the {n} {vs}; see {ref} for the {n} of each {n}",
    "Do not {v} the {n} of {c} by hand: {ref} {vs} it after every {n} {n} {n}",
    "To {v} the {c} {n}, {v} {n} first and then {v} {ref} with a {a} {n} {n}",
    "{N} {n} in {c} {vs} {n} for {number} seconds because the {a} {n} {vs} {n}",
    "We {v} {n} and {n} in {c} with {name}, which {vs} every {a} {n} {n}",
    "{ref} {vs} {n} {n} with {error} when the {n} of {name} has no {n} {n}",
    "The {c} team wants {a} {n} for {n} {n}, not a {n} that {vs} the {n}",
    "{N} {vs} {n} from {name} over port {number}; the {n} {n} is {a} and {n} {vs} it",
    "After a {n} {n} the {c} {n} {vs} {n} twice, so the {n} must {v} {a} {n}",
)
QUESTIONS = (
    "how does {0} {1} {2}",
    "why is the {0} {1}",
    "what happens to {0} {1}",
    "which {0} has {1} {2}",
    "where do we {0} {1}",
    "when should {0} {1} {2}",
    "is {0} {1} with {2}",
    "do we {0} {1} {2}",
)
TYPES = ("semantic",) * 10 + ("procedural",) * 3 + ("episodic",) * 3 + ("assumption",) * 2 + ("project", "preference")
SOURCES = ("code_read", "claude_code", "claude_code", "test_result", "manual", "model_inference", "codex")
VOCABULARY = 60_000
FLATNESS = 180.0
STEEPNESS = 0.6
OWN_WORDS_SHARE = 0.2


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
        """Whether a memory says every telling word, as the one that was asked about does."""
        return set(self.telling) <= set(memory.words)


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
    return Memory(
        number, rng.choice(TYPES), content, key, tags, applies_to, rng.choice(SOURCES), confidence, words
    )


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


_SLOTS = {
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
_SPLIT_PATTERNS = tuple(tuple(re.split(r"({\w+})", pattern)) for pattern in PATTERNS)


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
    for name, shares in (
        ("a running word", sorted(share for shares in asked for share in shares)),
        ("rarest of a question", sorted(shares[0] for shares in asked)),
        ("commonest of a question", sorted(shares[-1] for shares in asked)),
        ("sum over a question", sorted(sum(shares) for shares in asked)),
    ):
        points = "  ".join(f"{shares[int(len(shares) * p)]:7.3%}" for p in (0.1, 0.25, 0.5, 0.75, 0.9))
        print(f"{name:24} {points}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
