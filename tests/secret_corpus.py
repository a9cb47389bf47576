"""Texts with a secret and texts without one, by which the rules of ``memora.model.secrets`` are measured.

No line here is a secret, nor looks like one: each sample is put together from the letters that its kind begins with
and letters drawn from a seed, so that nobody who scans this repository takes one for real.
"""

from __future__ import annotations

import random
import re
from typing import Final, NamedTuple

_SETS: Final = {
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "L": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "U": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "T": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
    "B": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "H": "0123456789abcdef",
    "D": "0123456789",
    "I": "abcdefghijklmnopqrstuvwxyz0123456789",
    "Q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "P": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
}
_DRAWN = re.compile(r"\{([A-Z])(\d+)\}")

# What tokens look like: {H32} is 32 letters of the set H.
TOKENS: Final[dict[str, tuple[str, ...]]] = {
    "anthropic-key": ("sk-ant-" + "api03-{T86}AA", "sk-ant-" + "admin01-{T90}", "sk-ant-" + "oat01-{T80}"),
    "openai-key": ("sk-" + "proj-{T74}T3BlbkFJ{T74}", "sk-" + "svcacct-{T74}", "sk-" + "admin-{T80}"),
    "openrouter-key": ("sk-or-" + "v1-{H64}",),
    "langfuse-key": ("sk-lf-" + "{H8}-{H4}-{H4}-{H4}-{H12}",),
    "sk-key": ("sk-" + "{A20}T3BlbkFJ{A20}", "sk-" + "{H32}"),
    "cerebras-key": ("csk-" + "{I48}",),
    "groq-key": ("gsk_" + "{A52}",),
    "xai-key": ("xai-" + "{A80}",),
    "perplexity-key": ("pplx-" + "{A48}",),
    "huggingface-token": ("hf_" + "{L34}", "api_org_" + "{L34}"),
    "replicate-token": ("r8_" + "{A37}",),
    "nvidia-key": ("nvapi-" + "{T64}",),
    "pinecone-key": ("pcsk_" + "{A6}_{A63}",),
    "tavily-key": ("tvly-" + "dev-{A32}",),
    "jina-key": ("jina_" + "{A60}",),
    "firecrawl-key": ("fc-" + "{H32}",),
    "e2b-key": ("e2b_" + "{H40}",),
    "langsmith-key": ("lsv2_" + "pt_{H32}_{H10}",),
    "runpod-key": ("rpa_" + "{A46}",),
    "anyscale-key": ("esecret_" + "{A32}",),
    "sourcegraph-token": ("sgp_" + "{H16}_{H40}", "sgp_" + "{H40}"),
    "elevenlabs-key": ("sk_" + "{H48}",),
    "aws-access-key": ("AK" + "IA{U16}", "AS" + "IA{U16}"),
    "google-api-key": ("AI" + "za{T35}",),
    "google-auth-key": ("AQ." + "Ab{T48}",),
    "google-oauth-secret": ("GOC" + "SPX-{T28}",),
    "google-oauth-token": ("ya29" + ".{T120}",),
    "alibaba-key": ("LTAI" + "{A20}",),
    "yandex-key": ("AQVN" + "{T36}",),
    "digitalocean-token": ("dop_" + "v1_{H64}",),
    "cloudflare-token": ("cfut_" + "{T48}",),
    "fly-token": ("fm2_" + "{B120}",),
    "heroku-key": ("HRKU-" + "AA{T58}",),
    "netlify-token": ("nfp_" + "{A36}",),
    "vercel-token": ("vcp_" + "{A56}",),
    "supabase-key": ("sbp_" + "{H40}", "sb_" + "secret_{T31}"),
    "planetscale-token": ("pscale_" + "tkn_{T43}",),
    "neon-key": ("napi_" + "{I64}",),
    "databricks-token": ("dapi" + "{H32}",),
    "pulumi-token": ("pul-" + "{H40}",),
    "vault-token": ("hvs." + "{T90}",),
    "tailscale-key": ("tskey-" + "auth-{A12}-{A32}",),
    "doppler-token": ("dp." + "pt.{A43}", "dp." + "st.dev.{A43}"),
    "onepassword-token": ("ops_" + "eyJ{B250}",),
    "onepassword-key": ("A3-" + "{P6}-{P6}-{P5}-{P5}-{P5}-{P5}",),
    "age-key": ("AGE-SECRET-" + "KEY-1{Q58}",),
    "github-token": ("gh" + "p_{A36}", "gh" + "s_{A36}"),
    "github-fine-token": ("github_" + "pat_{A22}_{A59}",),
    "gitlab-token": ("gl" + "pat-{T20}", "gl" + "rt-{T20}"),
    "gitlab-runner-token": ("GR134" + "8941{T20}",),
    "bitbucket-token": ("ATB" + "B{A32}",),
    "atlassian-token": ("ATA" + "TT3xFfGF0{T180}",),
    "npm-token": ("np" + "m_{A36}",),
    "pypi-token": ("pypi-" + "AgEIcHlwaS5vcmc{T70}",),
    "rubygems-key": ("rubygems_" + "{H48}",),
    "crates-token": ("cio" + "{A32}",),
    "nuget-key": ("oy2" + "{I43}",),
    "docker-token": ("dckr_" + "pat_{T27}",),
    "artifactory-key": ("AKCp" + "{A69}",),
    "buildkite-token": ("bkua_" + "{H40}",),
    "circleci-token": ("CCIPAT_" + "{A22}_{H40}",),
    "sonar-token": ("sqp_" + "{H40}",),
    "snyk-token": ("snyk_" + "uat.{H8}.{T120}",),
    "postman-key": ("PMAK-" + "{H24}-{H34}",),
    "slack-token": ("xox" + "b-{D12}-{D13}-{A24}", "xox" + "p-{D12}-{D12}-{D13}-{H32}"),
    "slack-app-token": ("xa" + "pp-1-A{P10}-{D13}-{H64}",),
    "linear-key": ("lin_" + "api_{A40}",),
    "notion-token": ("ntn_" + "{A46}",),
    "figma-token": ("figd_" + "{T43}",),
    "airtable-token": ("pat" + "{A14}.{H64}",),
    "contentful-token": ("CFPAT-" + "{T43}",),
    "dropbox-token": ("sl." + "{T140}",),
    "typeform-token": ("tfp_" + "{A59}",),
    "shopify-token": ("shp" + "at_{H32}",),
    "stripe-key": ("sk_" + "live_{A24}", "rk_" + "test_{A60}"),
    "webhook-secret": ("whsec_" + "{A32}",),
    "square-token": ("sq0" + "atp-{T22}",),
    "easypost-key": ("EZA" + "K{A54}",),
    "flutterwave-key": ("FLW" + "SECK-{A32}",),
    "facebook-token": ("EAA" + "C{A120}",),
    "sendgrid-key": ("SG" + ".{T22}.{T43}",),
    "twilio-key": ("S" + "K{H32}",),
    "mailgun-key": ("key-" + "{H32}",),
    "brevo-key": ("xkey" + "sib-{H64}-{A16}",),
    "resend-key": ("re_" + "{A7}7_{A24}",),
    "grafana-token": ("glsa_" + "{A32}_{H8}", "glc_" + "{B100}"),
    "newrelic-key": ("NRAK" + "-{P27}",),
    "sentry-token": ("sntrys_" + "{B120}",),
    "dynatrace-token": ("dt0" + "c01.{U24}.{U64}",),
    "posthog-key": ("phx_" + "{A43}",),
    "prefect-key": ("pnu_" + "{A36}",),
    "infracost-key": ("ico-" + "{A32}",),
    "jwt": ("ey" + "J{T30}.ey" + "J{T80}.{T43}",),
    "telegram-token": ("{D9}:" + "AA{T33}",),
    "azure-secret": ("{A3}" + "8Q~{A34}",),
    "mailchimp-key": ("{H32}" + "-us14",),
    "terraform-cloud-token": ("{A14}" + ".atlasv1.{A67}",),
}
# How tokens stand in what people and programs write. @ is the token.
CARRIERS: Final = (
    "@",
    "The deploy job uses @ and nobody has changed it since.",
    "API=@",
    'client = Client("@")',
    '{"a": 1, "value": "@", "b": [2]}',
    "First line.\n\nThird line, then `@`.",
    "curl -H 'X-Key: @' https://api.example.org/v1/things",
    "(@)",
)
# What the words around it give away.
ANNOUNCED: Final[dict[str, tuple[str, ...]]] = {
    "private-key": (
        "-----BEGIN " + "PRIVATE KEY-----\n{B64}\n{B64}\n{B20}==\n-----END " + "PRIVATE KEY-----",
        "-----BEGIN RSA " + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{P32}\n\n{B64}\n{B64}\n",
        'key: "-----BEGIN OPENSSH ' + "PRIVATE KEY-----\\n{B64}\\n{B64}\\n-----END OPENSSH " + 'PRIVATE KEY-----\\n"',
        "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\n\n{B64}\n{B64}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----",
    ),
    "putty-key": (
        "PuTTY-User-" + "Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n{B44}\nPrivate-MAC: 0",
    ),
    "url-password": (
        "DATABASE_URL=postgres://app:{A6}4k{A6}@db.internal:5432/orders",
        "The queue is at amqp://worker:{L5}9!{L5}@mq.internal and has no replica.",
        "git clone https://robot:{H40}@git.example.org/team/service.git",
        "redis://:{A20}@cache:6379/0",
    ),
    "slack-webhook": ("Alerts go to https://hooks.slack.com/" + "services/T{P8}/B{P10}/{A24}",),
    "discord-webhook": ("https://discord.com/" + "api/webhooks/{D18}/{T68}",),
    "teams-webhook": (
        "https://acme.webhook.office.com/webhookb2/{H8}-{H4}-{H4}-{H4}-{H12}@{H8}-{H4}-{H4}-{H4}-{H12}"
        "/IncomingWebhook/{H32}/{H8}-{H4}-{H4}-{H4}-{H12}",
    ),
    "azure-key": (
        "DefaultEndpointsProtocol=https;AccountName=acme;Account" + "Key={B86}==;EndpointSuffix=core.windows.net",
        "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccess" + "Key={B43}=",
    ),
    "auth-header": (
        "curl -H 'Authorization: Bearer {A8}7{A31}' https://api.example.org",
        "Authorization: Basic {B28}==",
    ),
    "password": (
        'password = "{L4}9{L4}"',
        "DB_PASSWORD={L3}7{L3}4{L2}",
        '"admin_password": "{L5}!{D2}"',
        "The admin password is {L2}0{L2}4{L3}&{D1} until Friday.",
        "passphrase: {L4}7{L4}2",
        "--password={A4}3f7k{A6}",
        "pwd := '{L6}{D3}'",
        "PGPASSWORD='{L6}{D3}' psql -h db",
    ),
    "key-or-token": (
        "api_key = '{H5}a1b{H24}'",
        "SECRET_KEY={A8}4k2{A30}",
        'auth_token: "{A8}4k2{A20}"',
        "aws_secret_access_key = {A4}3k7w{B32}",
        "the access token is {A6}4k2p9{A20}",
        '{"client_secret": "{A6}4k2p9{A20}"}',
        "export SERVICE_TOKEN={H6}4a2b9c{H24}",
    ),
}


class Sample(NamedTuple):
    """A text with one secret in it, the rule that is to find it, and the long parts of it that nobody may see."""

    rule: str
    text: str
    hidden: tuple[str, ...]


def samples() -> list[Sample]:
    """All texts with a secret, the same each time."""
    shapes = [(rule, shape, CARRIERS) for rule, shapes in TOKENS.items() for shape in shapes]
    shapes += [(rule, shape, ("@",) * 4) for rule, shapes in ANNOUNCED.items() for shape in shapes]
    return [
        _sample(rule, shape, carrier, number)
        for rule, shape, carriers in shapes
        for number, carrier in enumerate(carriers)
    ]


def draw(shape: str, seed: str) -> str:
    """A shape with its letters drawn."""
    return "".join(_draw(shape, seed))


def _sample(rule: str, shape: str, carrier: str, number: int) -> Sample:
    parts = _draw(shape, f"{shape}{number}")
    return Sample(rule, carrier.replace("@", "".join(parts)), tuple(part for part in parts[1::2] if len(part) >= 16))


def _draw(shape: str, seed: str) -> list[str]:
    """The pieces of a shape; every other one is drawn."""
    source = random.Random(seed)
    pieces = []
    for place, piece in enumerate(_DRAWN.split(shape)):
        if place % 3 == 0:
            pieces.append(piece)
        elif place % 3 == 2:
            kind = _DRAWN.split(shape)[place - 1]
            pieces.append("".join(source.choices(_SETS[kind], k=int(piece))))
    return pieces


HARMLESS: Final = (
    # Prose
    "All tests pass: 120 of 120, in 3m20s.",
    "The password is stored as an argon2id hash with 19 MiB of memory.",
    "The password is bcrypt-hashed; the cost is 12.",
    "Tokens are JWT-RS256, signed by the key with id 2026-11-prod.",
    "The token is refreshed every 15 minutes by src/auth/refresh_worker.py:L42.",
    "Password: at least 12 characters, one of them a digit.",
    "The secret is read from AWS Secrets Manager under prod/orders/database.",
    "Use a personal access token with the scopes repo:read and workflow.",
    "The key to a good night's sleep is never to deploy on Fridays.",
    "Auth uses JWT RS256; the public key is served under /.well-known/jwks.json.",
    "API keys begin with sk-ant- or sk-proj-; refuse both in logs.",
    "Classic tokens of GitHub begin with ghp_, fine-grained ones with github_pat_.",
    "Rotate the signing key every 90 days, see runbooks/rotate-signing-key-2.md.",
    "The passphrase prompt times out after 30 seconds.",
    "pass: 12, fail: 0, skip: 3",
    "Der Schlüssel liegt unter der Matte; das Passwort kennt nur Ada.",
    "メモリのキーは auth.jwt.algorithm です。",
    "Bearer tokens expire after 3600 seconds.",
    "token bucket: 120 requests/minute, burst 20",
    "secret-scanning is on for every repository of the organisation since 2026-03-01",
    "credential helper: git-credential-manager 2.6.1",
    # What only looks random
    "Fixed in commit 3f2a91c0de8b4a7f6e5d4c3b2a190817263544f1.",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "The image is pinned to ghcr.io/acme/api@sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "Request id 123e4567-e89b-12d3-a456-426614174000 is the one that failed.",
    "integrity sha512-PqHLyrvVwxxzZPKFzTgVbDjzAkyMvXcA8k3m4Qs0zT9cVd2kJm1hYwWqg4Yv1l8x==",
    "node 3f2a91c0de8b4a7f6e5d4c3b2a190817 supports 9f86d081884c7d659a2feaa0c55ad015",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "https://example.org/docs/2026/11/how-we-rotate-the-keys?utm_source=newsletter&utm_campaign=a1b2c3",
    "cache_key = 'user:4711:orders:2026-11'",
    "primary key: order_id, created_at",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@example.org",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEx\n-----END PUBLIC KEY-----",
    "A file that begins with -----BEGIN PRIVATE KEY----- must never be committed.",
    "path_to_the_signing_key_of_the_release_pipeline",
    "repository_of_record_for_every_service_we_run",
    "sk-learn is pinned to 1.5.2 because of the_pickle_format_of_old_models",
    "key-value-stores-are-not-databases-but-caches",
    # What documents write in place of one
    "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
    "export ANTHROPIC_API_KEY=sk-ant-" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "OPENAI_API_KEY=sk-" + "your-key-here-and-nothing-else-at-all",
    'github_token: "ghp_' + '000000000000000000000000000000000000"',
    "password: <your password>",
    "password = ${DB_PASSWORD}",
    "PASSWORD=$(cat /run/secrets/db)",
    "password: ********",
    "password=changeme123",
    "postgres://user:password@localhost:5432/app",
    "postgres://postgres:postgres@localhost/test",
    "mysql://root:${MYSQL_ROOT_PASSWORD}@db/app",
    "https://user:<token>@github.com/acme/api.git",
    "api_key: {{ secrets.API_KEY }}",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    'api_key = "YOUR_API_KEY_GOES_HERE_1234"',
    "secret: example-secret-not-for-production-1a2b",
    # Code
    "def check_password(password: str, hashed: bytes) -> bool:",
    "password = getpass.getpass('Password: ')",
    "password=settings.database.password",
    "token = os.environ['SERVICE_TOKEN_V2']",
    "const token = await getAccessTokenSilently({ audience });",
    "self.api_key = api_key or config.get('api_key_v2')",
    "if (password !== confirmPassword2) throw new Error('mismatch');",
    "tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')",
    "max_tokens: 4096, temperature: 0.2",
    "access_token_url = 'https://auth.example.org/oauth2/v1/token'",
    "secretKeyRef: {name: orders-db, key: password}",
    "SECRET_KEY = env('DJANGO_SECRET_KEY')",
    "csrf_token = request.headers.get('X-CSRFToken2')",
    "<input type='password' name='password' autocomplete='current-password'>",
    "assert token.kind == TokenKind.IDENTIFIER_OR_KEYWORD_V2",
    "private_key_path: /etc/ssl/private/api-2026.pem",
    "password_policy: minimum-12-characters",
    "ENV_VAR_TOKEN_NAME=ORDERS_SERVICE_TOKEN_2026",
)
