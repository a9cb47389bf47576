"""What a question asks the index for."""

from collections.abc import Iterator, Sequence

from memora.model.matches import Clause, Match
from memora.model.selection import NodeFilter
from memora.recall.plan import MOST_TERMS, Plan, plan
from memora.recall.query import parse_query


class Frequencies:
    """An index that knows only how often words are."""

    def __init__(self, size: int, **counts: int) -> None:
        self._size = size
        self.counts = counts
        self.asked: list[str] = []

    def size(self) -> int:
        return self._size

    def frequencies(self, terms: Sequence[str], ceiling: int) -> list[int]:
        self.asked += terms
        found = []
        for term in terms:
            begins = sum(count for word, count in self.counts.items() if word.startswith(term[:-1]))
            found.append(min(begins if term.endswith("*") else self.counts.get(term, 0), ceiling))
        return found

    def matches(
        self, clauses: Sequence[Clause], *, workspace: int | None, wanted: NodeFilter, now: int
    ) -> Iterator[Match]:
        raise NotImplementedError


def planned(question: str, size: int, **counts: int) -> Plan:
    return plan(parse_query(question), Frequencies(size, **counts))


def texts(made: Plan) -> list[str]:
    return [term.text for term in made.terms]


def test_the_rarest_term_comes_first_and_weighs_most() -> None:
    made = planned("token rotation", 10_000, token=500, rotation=3)
    assert texts(made) == ["rotation", "token"]
    assert made.terms[0].weight > 2 * made.terms[1].weight


def test_words_that_say_nothing_in_this_store_are_dropped() -> None:
    made = planned("service token rotation", 10_000, service=4_000, token=500, rotation=3)
    assert texts(made) == ["rotation", "token"]


def test_and_kept_when_too_few_remain() -> None:
    assert texts(planned("service rotation", 10_000, service=4_000, rotation=3)) == ["rotation", "service"]
    assert texts(planned("the service", 10_000, service=4_000, the=9_000)) == ["service"]


def test_in_a_small_store_no_word_says_nothing() -> None:
    assert len(planned("a service token rotation", 20, service=15, token=12, rotation=3).terms) == 3


def test_grammar_is_asked_for_only_without_other_words() -> None:
    index = Frequencies(100, the=90, login=3)
    plan(parse_query("the login"), index)
    assert index.asked == ["login"]
    assert texts(plan(parse_query("the"), index)) == ["the"]


def test_a_common_term_counts_only_beside_another_until_the_search_is_widened() -> None:
    made = planned("token rotation", 10_000, token=500, rotation=3)
    rotation, _, token, token_named = made.narrow()
    assert rotation.beside == ()
    assert token.beside == token_named.beside == ("rotation",)
    assert token_named.named and not token.named
    assert all(clause.beside == () for clause in made.wide())


def test_the_only_term_counts_alone_however_common() -> None:
    made = planned("token", 1_000_000, token=90_000)
    assert made.narrow() == made.wide()


def test_bits_tell_all_clauses_apart() -> None:
    words = [f"word{number}" for number in range(MOST_TERMS + 1)]
    clauses = planned(" ".join(words), 1000, **dict.fromkeys(words, 2)).wide()
    assert len(clauses) == 2 * MOST_TERMS
    assert len({clause.bit for clause in clauses}) == len(clauses)
    assert all(clause.bit.bit_count() == 1 for clause in clauses)


def test_an_unknown_word_stands_for_those_that_begin_so_at_half_weight() -> None:
    made = planned("postgres", 1_000, postgresql=4)
    exact = planned("postgresql", 1_000, postgresql=4)
    assert texts(made) == ["postgres*"]
    assert abs(2 * made.terms[0].weight - exact.terms[0].weight) <= 1


def test_a_short_unknown_word_stands_for_nothing_else() -> None:
    assert planned("pos", 1_000, postgresql=4).terms == ()


def test_what_the_store_never_heard_of_lowers_every_score() -> None:
    known = planned("login", 1_000, login=3)
    assert planned("kubernetes login", 1_000, login=3).whole == 2 * known.whole
    assert planned("kubernetes", 1_000, login=3) == Plan((), 0, 1_000)


def test_of_a_long_error_message_the_rarest_words_are_taken() -> None:
    counts = {f"word{number:02}": number + 1 for number in range(40)}
    made = planned(" ".join(sorted(counts, reverse=True)), 10_000, **counts)
    assert texts(made) == [f"word{number:02}" for number in range(MOST_TERMS)]


def test_an_empty_store_has_no_plan() -> None:
    assert planned("login", 0) == Plan((), 0, 0)
