"""What secrets look like: the table of rules, and the scan of one text by them.

Nearly every token of today says whose it is by its first letters, and those are found as plain text before any
pattern is tried. What has no such letters is looked for behind the words that announce it (``secret_words``).
Patterns are compiled when their first letters turn up.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from memora.model.secret import Secret
from memora.model.secret_words import WORD_RULES, Found, find_announced

_ALNUM: Final = "[A-Za-z0-9]"
_TOKEN: Final = "[A-Za-z0-9_-]"
_HEX: Final = "[0-9a-f]"


# The first two letters of everything that stands apart, as a token does.
_HEADS = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9]{2}")
_SHORT: Final = 4_000


class Rule(NamedTuple):
    """Tokens of one kind: each begins with one of ``beginnings``, and ``rest`` is the pattern of what follows."""

    name: str
    what: str
    beginnings: tuple[str, ...]
    rest: str


TOKEN_RULES: Final = tuple(
    Rule(name, what, tuple(beginnings.split()), rest)
    for name, what, beginnings, rest in (
        # Models and what is built around them
        ("anthropic-key", "Anthropic", "sk-ant-", f"{_TOKEN}{{24,}}"),
        ("openai-key", "OpenAI", "sk-proj- sk-svcacct- sk-admin- sk-None-", f"{_TOKEN}{{24,}}"),
        ("openrouter-key", "OpenRouter", "sk-or-v1-", f"{_HEX}{{48,64}}"),
        ("langfuse-key", "Langfuse", "sk-lf-", "[0-9a-f-]{36}"),
        ("sk-key", "a service with keys like OpenAI's", "sk-", f"{_ALNUM}{{32,}}"),
        ("cerebras-key", "Cerebras", "csk-", f"{_ALNUM}{{40,}}"),
        ("groq-key", "Groq", "gsk_", f"{_ALNUM}{{40,}}"),
        ("xai-key", "xAI", "xai-", f"{_ALNUM}{{60,}}"),
        ("perplexity-key", "Perplexity", "pplx-", f"{_ALNUM}{{40,}}"),
        ("huggingface-token", "Hugging Face", "hf_ api_org_", "[A-Za-z]{34}"),
        ("replicate-token", "Replicate", "r8_", f"{_ALNUM}{{37}}"),
        ("nvidia-key", "NVIDIA", "nvapi-", f"{_TOKEN}{{60,}}"),
        ("pinecone-key", "Pinecone", "pcsk_", f"{_TOKEN}{{50,}}"),
        ("tavily-key", "Tavily", "tvly-", f"{_TOKEN}{{28,}}"),
        ("jina-key", "Jina", "jina_", f"{_TOKEN}{{50,}}"),
        ("firecrawl-key", "Firecrawl", "fc-", f"{_HEX}{{32}}"),
        ("e2b-key", "E2B", "e2b_", f"{_HEX}{{40}}"),
        ("langsmith-key", "LangSmith", "lsv2_pt_ lsv2_sk_", f"{_HEX}{{32}}_{_HEX}{{10}}"),
        ("runpod-key", "RunPod", "rpa_", f"{_ALNUM}{{40,}}"),
        ("anyscale-key", "Anyscale", "esecret_ aph0_", f"{_ALNUM}{{20,}}"),
        ("sourcegraph-token", "Sourcegraph", "sgp_", f"(?:{_HEX}{{16}}_)?{_HEX}{{40}}"),
        ("elevenlabs-key", "ElevenLabs", "sk_", f"{_HEX}{{48}}"),
        # Clouds
        ("aws-access-key", "Amazon Web Services", "AKIA ASIA ABIA ACCA", "[A-Z2-7]{16}"),
        ("google-api-key", "Google", "AIza", f"{_TOKEN}{{35}}"),
        ("google-auth-key", "Google", "AQ.Ab", f"{_TOKEN}{{45,}}"),
        ("google-oauth-secret", "Google", "GOCSPX-", f"{_TOKEN}{{28}}"),
        ("google-oauth-token", "Google", "ya29.", "[A-Za-z0-9_.-]{30,}"),
        ("alibaba-key", "Alibaba Cloud", "LTAI", f"{_ALNUM}{{16,20}}"),
        ("yandex-key", "Yandex Cloud", "AQVN", f"{_TOKEN}{{35,}}"),
        ("digitalocean-token", "DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", f"{_HEX}{{64}}"),
        ("cloudflare-token", "Cloudflare", "cfut_ cfat_", f"{_TOKEN}{{40,}}"),
        ("fly-token", "Fly.io", "fo1_ fm2_", "[A-Za-z0-9_+/=-]{40,}"),
        ("heroku-key", "Heroku", "HRKU-", f"{_TOKEN}{{30,}}"),
        ("netlify-token", "Netlify", "nfp_", f"{_ALNUM}{{36,}}"),
        ("vercel-token", "Vercel", "vcp_ vc_", f"{_ALNUM}{{24,}}"),
        ("supabase-key", "Supabase", "sbp_ sb_secret_", f"{_TOKEN}{{30,}}"),
        ("planetscale-token", "PlanetScale", "pscale_tkn_ pscale_pw_ pscale_oauth_", "[A-Za-z0-9_.=-]{32,}"),
        ("neon-key", "Neon", "napi_", f"{_ALNUM}{{40,}}"),
        ("databricks-token", "Databricks", "dapi", f"{_HEX}{{32}}(?:-\\d)?"),
        ("pulumi-token", "Pulumi", "pul-", f"{_HEX}{{40}}"),
        ("vault-token", "HashiCorp Vault", "hvs. hvb.", f"{_TOKEN}{{60,}}"),
        ("tailscale-key", "Tailscale", "tskey-", "[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}"),
        ("doppler-token", "Doppler", "dp.pt. dp.st. dp.ct. dp.sa.", "(?:[a-z0-9_-]+\\.)?[A-Za-z0-9]{40,}"),
        ("onepassword-token", "1Password", "ops_eyJ", "[A-Za-z0-9+/_-]{200,}=*"),
        ("onepassword-key", "1Password", "A3-", "[A-Z0-9]{6}-[A-Z0-9-]{27,31}"),
        ("age-key", "age", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
        # Code and packages
        ("github-token", "GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", f"{_ALNUM}{{36,}}"),
        ("github-fine-token", "GitHub", "github_pat_", "[A-Za-z0-9_]{40,}"),
        (
            "gitlab-token",
            "GitLab",
            "glpat- gldt- glrt- glptt- glcbt- glsoat- glimt- glagent- glft- gloas-",
            f"{_TOKEN}{{20,}}",
        ),
        ("gitlab-runner-token", "GitLab", "GR1348941", f"{_TOKEN}{{20}}"),
        ("bitbucket-token", "Bitbucket", "ATBB ATCTT3", "[A-Za-z0-9_=-]{24,}"),
        ("atlassian-token", "Atlassian", "ATATT3", "[A-Za-z0-9_=-]{60,}"),
        ("npm-token", "npm", "npm_", f"{_ALNUM}{{36}}"),
        ("pypi-token", "the Python Package Index", "pypi-AgE", f"{_TOKEN}{{50,}}"),
        ("rubygems-key", "RubyGems", "rubygems_", f"{_HEX}{{48}}"),
        ("crates-token", "the registry of Rust crates", "cio", f"{_ALNUM}{{32}}"),
        ("nuget-key", "NuGet", "oy2", "[a-z0-9]{43}"),
        ("docker-token", "Docker Hub", "dckr_pat_ dckr_oat_", f"{_TOKEN}{{27,}}"),
        ("artifactory-key", "Artifactory", "AKCp cmVmdGtu", f"{_ALNUM}{{56,}}"),
        ("buildkite-token", "Buildkite", "bkua_ bkct_", f"{_ALNUM}{{40,}}"),
        ("circleci-token", "CircleCI", "CCIPAT_", f"{_TOKEN}{{40,}}"),
        ("sonar-token", "SonarQube", "sqp_ squ_ sqa_", f"{_HEX}{{40}}"),
        ("snyk-token", "Snyk", "snyk_", "[A-Za-z0-9._-]{40,}"),
        ("postman-key", "Postman", "PMAK-", f"{_HEX}{{24}}-{_HEX}{{34}}"),
        # Words, work and money
        ("slack-token", "Slack", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe. xoxd- xoxc-", "[A-Za-z0-9.%-]{16,}"),
        ("slack-app-token", "Slack", "xapp-", "\\d-[A-Z0-9]+-\\d+-[A-Za-z0-9]{20,}"),
        ("linear-key", "Linear", "lin_api_ lin_oauth_", f"{_ALNUM}{{40,}}"),
        ("notion-token", "Notion", "ntn_", f"{_ALNUM}{{40,}}"),
        ("figma-token", "Figma", "figd_ figo_", f"{_TOKEN}{{40,}}"),
        ("airtable-token", "Airtable", "pat", f"{_ALNUM}{{14}}\\.{_HEX}{{64}}"),
        ("contentful-token", "Contentful", "CFPAT-", f"{_TOKEN}{{43}}"),
        ("dropbox-token", "Dropbox", "sl.", f"{_TOKEN}{{100,}}"),
        ("typeform-token", "Typeform", "tfp_", "[A-Za-z0-9_.=-]{40,}"),
        ("shopify-token", "Shopify", "shpat_ shpca_ shppa_ shpss_", "[0-9A-Fa-f]{32}"),
        ("stripe-key", "Stripe", "sk_live_ sk_test_ rk_live_ rk_test_", f"{_ALNUM}{{16,}}"),
        ("webhook-secret", "Stripe and others", "whsec_", "[A-Za-z0-9+/=]{24,}"),
        ("square-token", "Square", "sq0atp- sq0csp- EAAA", f"{_TOKEN}{{22,}}"),
        ("easypost-key", "EasyPost", "EZAK EZTK", f"{_ALNUM}{{54}}"),
        ("flutterwave-key", "Flutterwave", "FLWSECK_TEST- FLWSECK-", "[0-9a-zA-Z]{12,}"),
        ("facebook-token", "Facebook", "EAAC EAAG EAAB EAAM", f"{_ALNUM}{{60,}}"),
        # Mail and messages
        ("sendgrid-key", "SendGrid", "SG.", f"{_TOKEN}{{16,32}}\\.{_TOKEN}{{32,64}}"),
        ("twilio-key", "Twilio", "SK", f"{_HEX}{{32}}"),
        ("mailgun-key", "Mailgun", "key-", f"{_HEX}{{32}}"),
        ("brevo-key", "Brevo", "xkeysib-", f"{_HEX}{{64}}-{_ALNUM}{{16}}"),
        ("resend-key", "Resend", "re_", "(?=[A-Za-z0-9]*\\d)[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}"),
        # Watching
        ("grafana-token", "Grafana", "glc_ glsa_", "[A-Za-z0-9_+/=]{32,}"),
        ("newrelic-key", "New Relic", "NRAK- NRJS- NRAA-", f"{_ALNUM}{{19,}}"),
        ("sentry-token", "Sentry", "sntrys_ sntryu_", "[A-Za-z0-9_+/=.-]{60,}"),
        ("dynatrace-token", "Dynatrace", "dt0c01. dt0s01.", "[A-Z2-7]{24}\\.[A-Z2-7]{64}"),
        ("posthog-key", "PostHog", "phx_", f"{_ALNUM}{{40,}}"),
        ("prefect-key", "Prefect", "pnu_", f"{_ALNUM}{{36}}"),
        ("infracost-key", "Infracost", "ico-", f"{_ALNUM}{{32}}"),
        # Anything that signs
        ("jwt", "a JSON Web Token", "eyJ", "[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{16,}"),
    )
)
RULES: Final[dict[str, str]] = {rule.name: rule.what for rule in TOKEN_RULES} | WORD_RULES

_NOT_MEANT = re.compile(
    r"example|placeholder|redacted|dummy|your[_-]|x{6}|\*{3}|\.{3}|1234567890|abcdefghij", re.IGNORECASE
)
_FEWEST_LETTERS: Final = 7


_BEGINNINGS: Final = tuple((rule, beginning) for rule in TOKEN_RULES for beginning in rule.beginnings)


def scan(text: str, *, tokens: bool = True, announced: bool = True) -> tuple[Secret, ...]:
    """All secrets in a text by the rules, in order. Of two that overlap the one that says more of itself is kept.

    Whoever knows that there are no ``tokens`` that their first letters tell, or none that is ``announced``, saves time.
    """
    found: list[Found] = []
    for each in (*(_find_tokens(text) if tokens else ()), *(find_announced(text) if announced else ())):
        place = bisect(found, each)
        if (place == 0 or found[place - 1][1] <= each[0]) and (place == len(found) or each[1] <= found[place][0]):
            found.insert(place, each)
    return tuple(_located(text, found))


def _find_tokens(text: str) -> Iterator[Found]:
    """Start, end, rule and what may be shown of each token that its first letters tell."""
    for rule, beginning in _candidates(text):
        at = text.find(beginning)
        while at >= 0:
            match = _pattern(rule.name).match(text, at)
            if match is None:
                at = text.find(beginning, at + len(beginning))
                continue
            if is_meant(match["rest"]):
                yield match.start(), match.end(), rule.name, f"{beginning}****"
            at = text.find(beginning, match.end())


def _candidates(text: str) -> Iterable[tuple[Rule, str]]:
    """The rules to try on a text, and the first letters of each. Short texts, which are many, are looked at first."""
    if len(text) > _SHORT:
        return _BEGINNINGS
    heads = _by_head().keys() & _HEADS.findall(text)
    return [_BEGINNINGS[place] for place in sorted(place for head in heads for place in _by_head()[head])]


@cache
def _by_head() -> dict[str, list[int]]:
    """Where each pair of first letters begins something in ``_BEGINNINGS``."""
    places: dict[str, list[int]] = {}
    for place, (_, beginning) in enumerate(_BEGINNINGS):
        places.setdefault(beginning[:2], []).append(place)
    return places


def is_meant(token: str) -> bool:
    """Whether a token is one, and not what documents write in its place."""
    return len(set(token)) >= _FEWEST_LETTERS and _NOT_MEANT.search(token) is None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    rule = next(rule for rule in TOKEN_RULES if rule.name == name)
    beginnings = "|".join(map(re.escape, rule.beginnings))
    return re.compile(f"(?<![A-Za-z0-9_])(?:{beginnings})(?P<rest>{rule.rest})(?![A-Za-z0-9])")


def _located(text: str, found: list[Found]) -> Iterator[Secret]:
    line, line_start, counted = 1, 0, 0
    for start, end, rule, shown in found:
        passed = text.count("\n", counted, start)
        if passed:
            line, line_start = line + passed, text.rfind("\n", counted, start) + 1
        counted = start
        yield Secret(rule, line, start - line_start + 1, shown, start, end)
