"""The made-up corpus: the same every time, and as common in its words as real text."""

from collections import Counter

from bench import corpus


def test_a_memory_depends_on_seed_and_number_alone() -> None:
    assert list(corpus.memories(5, first=10)) == [corpus.memory(number) for number in range(10, 15)]
    assert corpus.memory(3).content != corpus.memory(4).content
    assert corpus.memory(3, seed=2).content != corpus.memory(3).content


def test_the_corpus_is_the_one_the_figures_were_measured_with() -> None:
    assert corpus.memory(1).content.startswith("Function hashes city from Drihenu over port 5; the unionbatch nameline")
    assert next(corpus.questions(1, 1000)).text == "what happens to profiles formatter"


def test_memories_are_distinct_and_of_the_promised_length() -> None:
    made = list(corpus.memories(3_000))
    assert len({memory.content for memory in made}) == len(made)
    keys = [memory.key for memory in made if memory.key]
    assert len(set(keys)) == len(keys) > 500
    assert 110 < sum(len(memory.content) for memory in made) / len(made) < 130


def test_questions_have_five_words_and_an_answer_that_holds_them() -> None:
    for question in corpus.questions(300, 3_000):
        assert len(question.text.split()) == 5
        assert question.answered_by(corpus.memory(question.answer))


def test_words_of_questions_are_as_common_as_those_of_real_text() -> None:
    """Real text: 0.13 %, 0.46 % and 1.4 % at the quartiles."""
    count = 5_000
    held = Counter(word for memory in corpus.memories(count) for word in memory.words)
    shares = sorted(held[word] / count for question in corpus.questions(1_000, count) for word in question.telling)
    low, middle, high = (shares[len(shares) * quarter // 4] for quarter in (1, 2, 3))
    assert 0.0008 < low < 0.003
    assert 0.0035 < middle < 0.008
    assert 0.01 < high < 0.02


def test_a_record_is_a_line_of_a_batch() -> None:
    fields = {"type", "content", "source", "confidence", "key", "tags", "applies_to"}
    assert all(set(memory.record()) <= fields for memory in corpus.memories(50))
