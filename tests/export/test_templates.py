"""Templates that people write: what they see, what they may not do, and that they end."""

from __future__ import annotations

import json

import pytest
from export_samples import HOSTILE, SAMPLES, entry

from memora.errors.files import TemplateFailed
from memora.export.block import Origin
from memora.export.context import build_context
from memora.export.render import UserTemplate, render
from memora.export.sheet import Layout, lay_out


def filled(source: str, file: str = "team.md", entries=SAMPLES) -> str:
    context = build_context(entries, target="team", revision="0123456789ab", version="1.0")
    template = UserTemplate(file, source)
    return render(file, context, {template.name: template})


def test_a_template_sees_the_documented_context():
    source = "{{ context }} {{ target }} {{ revision }} {% for e in entries %}{{ e.short }}:{{ e.type }} {% endfor %}"
    assert filled(source).startswith("1 team 0123456789ab ")


def test_an_item_can_be_put_anywhere():
    assert filled("{% for e in entries %}{{ e.item }}{% endfor %}").startswith("- Auth uses JWT RS256 (1.00 code_read")


@pytest.mark.parametrize("content", HOSTILE)
def test_values_are_made_harmless_for_their_format(content):
    entries = [entry(content.strip())]
    assert "memora:end" not in filled("{{ entries[0].content }}", entries=entries)
    assert "<script" not in filled("<p>{{ entries[0].content }}</p>", "page.html", entries)
    assert json.loads(filled('{"said": {{ entries[0].content }}}', "data.json", entries)) == {"said": content.strip()}


@pytest.mark.parametrize("content", HOSTILE)
def test_values_are_made_harmless_however_they_are_put_together(content):
    entries = [entry(content.strip()), entry("`<script>` is the tag @here")]
    ways = (
        "{{ entries | map(attribute='content') | list }}",
        "{{ entries[1].item + entries[0].content }}",
        "{{ entries[1].item | replace('tag', entries[0].content) }}",
        "{{ entries[0].content | tojson }}",
    )
    for way in ways:
        written = filled(way, entries=entries)
        assert "memora:end" not in written
        assert "<!--" not in written
        assert "<script src" not in written
    assert "<script" not in filled("<p>{{ entries[1].item }}</p>", "page.html", entries)
    assert json.loads(filled("{{ entries[1].item }}", "data.json", entries)).startswith("- `<script>`")
    for escaping in ("e", "escape", "forceescape"):
        with pytest.raises(TemplateFailed):
            filled(f"{{{{ entries[0].content | {escaping} }}}}", entries=entries)


def test_what_a_template_prints_is_the_same_every_time():
    assert "0x" not in filled("{{ entries | list }} {{ entries | groupby('type') }}")


def test_a_block_holds_no_marker_that_a_template_wrote():
    layout = Layout("team.txt", "block", {"team": UserTemplate("team.txt", "one\n{{ entries[0].content }}\n")})
    with pytest.raises(TemplateFailed, match="its line 2"):
        lay_out(layout, Origin("team", "0123456789ab"), [entry("<!-- memora:end -->")])


def test_a_template_can_build_on_one_of_memoras():
    assert filled('{% extends "memory.md" %}').startswith("## Project memory")


@pytest.mark.parametrize(
    "source",
    [
        "{{ entries[0]._entry }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ entries.__class__ }}",
        "{{ entries[0].item.__class__ }}",
        "{{ entries.append(1) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ entries[0].content | safe }}",
        "{% autoescape false %}{{ entries[0].content }}{% endautoescape %}",
        "{{ lipsum(n=100000) }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ entries[0] | attr('_entry') }}",
        '{% include "../../config.toml" %}',
        '{% include "/etc/passwd" %}',
        "{{ nothing }}",
        "{% for x in %}",
        "{{ 1 / 0 }}",
        "{{ range(10 ** 9) | list }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    ],
)
def test_what_a_template_may_not_do(source):
    with pytest.raises(TemplateFailed):
        filled(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ 'a long text ' * 100 }}{% endfor %}{% endfor %}",
        "{% set n = namespace(x='xxxxxxxxxx') %}{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{{ 'x' * 10 ** 11 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% for a in [1] %}" * 40 + "{% endfor %}" * 40,
    ],
)
def test_a_template_ends(source):
    with pytest.raises(TemplateFailed, match=r"team\.md"):
        filled(source)


def test_a_failure_names_file_and_line():
    with pytest.raises(TemplateFailed, match=r"team\.md, line 2"):
        filled("one\n{{ nothing }}\n")
    with pytest.raises(TemplateFailed, match=r"team\.md, line 3"):
        filled("one\ntwo\n{% for %}\n")
