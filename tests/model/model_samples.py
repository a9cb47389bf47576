"""Strategies that make any value of the model; ``node_samples`` has a plain one to start from."""

from functools import partial
from unicodedata import normalize

from hypothesis import strategies as st

from memora.model import vocabulary
from memora.model.clock import EARLIEST, LATEST
from memora.model.commit import Commit, Decision, Tag
from memora.model.ids import CommitId, NodeId, ObjectId, TreeId, VersionId
from memora.model.node import Dispute, Link, Node, Observation, merge_observations

# Text as it may stand in a body: any character but lone surrogates, in NFC.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(partial(normalize, "NFC"))
times = st.integers(EARLIEST, LATEST)
node_ids = st.binary(min_size=16, max_size=16).map(NodeId)
object_ids = st.binary(min_size=32, max_size=32).map(ObjectId)
version_ids = object_ids.map(VersionId)
shares = st.integers(0, 10_000).map(lambda number: number / 10_000)
sources = st.sampled_from(vocabulary.SOURCES) | st.just("unknown:vim")


def sorted_sets(items: st.SearchStrategy, least: int = 0) -> st.SearchStrategy:
    return st.lists(items, min_size=least, max_size=4, unique=True).map(lambda some: tuple(sorted(some)))


optional_texts = st.none() | texts.filter(bool)
observations = st.builds(
    Observation,
    sources,
    texts,
    times,
    st.none() | texts.filter(bool),
    sorted_sets(texts),
    st.none() | texts.filter(bool),
    st.booleans(),
    sorted_sets(texts),
)
links = st.builds(Link, st.sampled_from(vocabulary.RELATIONS), node_ids)
disputes = st.builds(Dispute, st.none() | version_ids, sorted_sets(version_ids, least=2))
optional_times = st.none() | times

nodes = st.builds(
    Node,
    id=node_ids,
    type=st.sampled_from(vocabulary.NODE_TYPES),
    content=texts,
    confidence=shares,
    status=st.sampled_from(vocabulary.STATUSES),
    observations=st.lists(observations, min_size=1, max_size=3).map(lambda some: merge_observations(tuple(some))),
    created_at=times,
    updated_at=times,
    key=st.none() | texts.filter(bool),
    tags=sorted_sets(texts),
    links=sorted_sets(links),
    applies_to=sorted_sets(texts),
    pinned=st.booleans(),
    expires_at=optional_times,
    valid_from=optional_times,
    valid_to=optional_times,
    dispute=st.none() | disputes,
)

decisions = st.builds(Decision, node_ids, texts, st.none() | version_ids)
commits = st.builds(
    Commit,
    tree=object_ids.map(TreeId),
    parents=st.lists(object_ids.map(CommitId), max_size=3).map(tuple),
    author=texts,
    at=times,
    message=texts,
    decisions=st.lists(decisions, max_size=3).map(tuple),
)
tags = st.builds(Tag, texts, object_ids.map(CommitId), texts, times, texts)
