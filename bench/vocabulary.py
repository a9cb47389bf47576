"""The words and sentences that made-up memories consist of, the commonest words first."""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


NOUNS: Final = _listed(
    """
    value file token test error user request type branch service cache table node key config build function module
    session job client server query default path version list object process worker event log index option name data
    schema queue database store command record endpoint handler response timeout line retry webhook migration
    payment string class number limit header message column field release account order invoice page model state
    email hook parameter route password transaction connection lock batch script argument package import export
    container deployment image cluster region bucket backup flag feature rollout metric alert dashboard trace span
    secret certificate login logout signature algorithm hash digest cookie redirect domain proxy gateway balancer
    dependency upgrade library framework plugin extension editor linter formatter compiler parser lexer grammar
    fixture mock snapshot coverage suite assertion pipeline stage runner artifact tag changelog commit merge
    conflict review reviewer owner team policy rule permission role scope audit tenant customer subscription plan
    price discount currency refund receipt ledger balance tax country locale translation timezone calendar date
    deadline schedule cron interval backoff jitter quota threshold window shard replica partition offset consumer
    producer topic broker stream buffer pool thread coroutine mutex semaphore deadlock race leak heap stack frame
    pointer reference closure iterator generator decorator annotation interface protocol enum union tuple set
    mapping dictionary array matrix vector encoding charset byte bit prefix suffix separator delimiter quote escape
    template layout component widget button form modal sidebar menu theme color font icon stylesheet breakpoint
    viewport animation transition scroll cursor selection clipboard shortcut keyboard mouse touch gesture
    notification toast banner tooltip search filter sort pagination facet ranking score relevance embedding dataset
    label epoch gradient checkpoint inference latency throughput benchmark profile hotspot bottleneck memory disk
    volume mount filesystem directory symlink inode descriptor socket port address subnet firewall router tunnel
    handshake cipher nonce salt entropy seed identifier slug checksum manifest archive compression chunk segment
    block journal rollback savepoint isolation constraint trigger view procedure cascade foreign primary sequence
    identity upload download attachment thumbnail avatar video codec bitrate playlist subtitle webcam microphone
    sensor device firmware bootloader kernel driver interrupt register opcode problem reason result change code time
    way place part case work need idea note question answer decision choice meaning example detail mistake risk cost
    benefit habit step phase goal task ticket issue bug fix patch workaround behaviour behavior environment machine
    laptop office weekend morning developer engineer designer analyst manager support partner vendor supplier
    contractor employee member group company city street building room product project roadmap milestone estimate
    contract agreement law regulation privacy consent retention total amount sum average median percent rate ratio
    count size length width height depth weight age duration start end begin middle top bottom left right corner
    edge center side front back inside outside paper book chapter section paragraph sentence word letter symbol
    character digit figure picture photo diagram chart graph curve axis legend title summary description comment
    remark hint warning notice alarm failure crash outage incident postmortem recovery restart drill rehearsal
    simulation experiment trial study survey interview feedback rating vote opinion preference taste style
    convention standard guideline checklist pattern shape structure architecture boundary adapter facade factory
    builder observer visitor strategy singleton delegate wrapper helper utility constant literal expression
    statement condition loop recursion switch fallback sandbox playground staging production preview canary mirror
    standby leader follower quorum consensus election heartbeat lease term clock drift skew ordering causality
    gossip membership
    """
)

VERBS: Final = _listed(
    """
    use return set run call need read write create load fail check handle start send store update add expect pass
    build skip remove change validate parse fetch retry reject accept keep open close resolve wrap emit log cache
    raise import export deploy test require support replace override trigger block wait poll publish consume commit
    merge revert refresh expire rotate sign verify encrypt decrypt hash encode decode compress split join sort
    filter group count limit throttle queue schedule cancel resume restart reload migrate seed index search rank
    render mount bind listen connect disconnect authenticate authorize redirect forward proxy route dispatch
    register subscribe notify broadcast track measure profile sample flush drain truncate append prepend rename move
    copy clone mirror sync archive restore
    """
)

ADJECTIVES: Final = _listed(
    """
    new default same old internal public local empty missing current stale slow remote shared nested custom global
    optional required strict lazy async concurrent duplicate expired invalid legacy nightly daily manual automatic
    temporary permanent read-only idempotent atomic durable volatile hidden deprecated experimental unstable flaky
    nullable recursive sequential parallel partial incremental signed unsigned encrypted anonymous privileged
    """
)

COMPONENTS: Final = _listed(
    """
    auth billing api web worker search storage sync admin mobile gateway notify ingest export reports cli scheduler
    catalog checkout inventory profiles messaging analytics media infra
    """
)

SYLLABLES: Final = _listed(
    """
    ka ve lo rin ta mos del qui ster pra nu bex ol fi gar he jun lam wi zor cal dri en sho
    """
)

EXTENSIONS: Final = ("py", "py", "ts", "ts", "rs", "go", "tsx", "sql", "yaml", "toml", "md")
ERRORS: Final = ("Error", "Error", "Exception", "Timeout", "NotFound", "Refused")
PREFIXES: Final = ("", "re", "un", "pre")

PATTERNS: Final = (
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
QUESTIONS: Final = (
    "how does {0} {1} {2}",
    "why is the {0} {1}",
    "what happens to {0} {1}",
    "which {0} has {1} {2}",
    "where do we {0} {1}",
    "when should {0} {1} {2}",
    "is {0} {1} with {2}",
    "do we {0} {1} {2}",
)
