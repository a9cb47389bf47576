"""A shelf of memories in a real index, and a labelled set of beliefs and questions of one made-up web shop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from memora.model.ids import NodeId
from memora.model.matches import Match
from memora.model.node import Node, Observation
from memora.model.selection import NodeFilter
from memora.recall.search import Hit, search
from memora.recall.terms import index_text
from memora.storage.database import Database
from memora.storage.node_index import NodeIndex, derive_version
from memora.storage.schema import create_schema
from memora.storage.text_index import TextIndex

DAY = 86_400 * 1_000_000
NOW = 20_000 * DAY
WORKSPACE = 1


class Shelf:
    """Memories by label, searchable. Everything ``put`` is in the working tree until it is replaced or ``drop``-ped."""

    def __init__(self, path: Path) -> None:
        self.database = Database(str(path), create=True)
        self.database.execute("BEGIN")
        create_schema(self.database)
        self.nodes = NodeIndex(self.database)
        self.text = TextIndex(self.database)
        self.labels: dict[int, str] = {}

    def put(self, label: str, content: str, *, evidence: tuple[str, ...] = (), **fields: Any) -> int:
        """Store a version of the node that the label names, and give its row."""
        values: dict[str, Any] = {"type": "semantic", "confidence": 0.8, "status": "stable"} | fields
        values = {"created_at": NOW - DAY, "updated_at": NOW - DAY} | values
        observation = Observation(values.pop("source", "manual"), "ada", NOW - DAY, None, evidence)
        node = Node(id=node_id(label), content=content, observations=(observation,), **values)
        if not self.database.in_transaction:
            self.database.execute("BEGIN")
        row = len(self.labels) + 1
        self.nodes.add_versions([(row, derive_version(node))])
        self.text.add([(row, *index_text(node.content, node.key, node.tags, node.applies_to, evidence))])
        self.nodes.set_view(WORKSPACE, [(node.id, row)])
        self.labels[row] = label
        return row

    def drop(self, label: str) -> None:
        """Take a node out of the working tree; its versions stay indexed."""
        self.nodes.set_view(WORKSPACE, [(node_id(label), None)])

    def hits(self, question: str, limit: int = 5, **fields: Any) -> list[Hit]:
        wanted: NodeFilter = fields.pop("wanted", NodeFilter())
        holds: Callable[[Match], bool] | None = fields.pop("holds", None)
        workspace: int | None = fields.pop("workspace", WORKSPACE)
        assert not fields
        if self.database.in_transaction:
            self.database.execute("COMMIT")
        return search(self.text, question, limit=limit, now=NOW, workspace=workspace, wanted=wanted, holds=holds)

    def ask(self, question: str, limit: int = 5, **fields: Any) -> list[str]:
        """The labels of the answers, best first."""
        return [self.labels[hit.row] for hit in self.hits(question, limit, **fields)]


def node_id(label: str) -> NodeId:
    return NodeId(hashlib.blake2b(label.encode(), digest_size=16).digest())


# label, content, and what else is known of it
BELIEFS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "jwt",
        "Auth uses JWT signed with RS256; the public key is served at /.well-known/jwks.json",
        {"key": "auth.jwt.algorithm", "tags": ("auth", "security"), "evidence": ("src/auth/jwt.rs:L42",)},
    ),
    (
        "refresh",
        "Refresh tokens are rotated on every use and revoked after 30 days",
        {"key": "auth.refresh.lifetime", "tags": ("auth",)},
    ),
    ("cookies", "Session cookies are HttpOnly, Secure and SameSite=Lax", {"tags": ("auth", "security")}),
    (
        "passwords",
        "Passwords are hashed with argon2id; bcrypt hashes are upgraded at the next login",
        {"key": "auth.password.hash"},
    ),
    ("lockout", "Five failed logins lock the account for fifteen minutes (LoginThrottle in src/auth/throttle.py)", {}),
    (
        "engine",
        "The production database is PostgreSQL 16 behind pgbouncer in transaction mode",
        {"key": "db.engine", "tags": ("database",)},
    ),
    (
        "prepared",
        "Prepared statements break under pgbouncer, so asyncpg runs with statement_cache_size=0",
        {"tags": ("database",)},
    ),
    (
        "migrations",
        "Run alembic upgrade head before deploying; migrations must be backward compatible for one release",
        {"type": "procedural", "key": "db.migrations", "applies_to": ("migrations/**",)},
    ),
    ("locks", "Never create an index without CONCURRENTLY on the orders table, it locks checkout", {}),
    ("replica", "Reports read from the replica reporting-db-2, which lags up to 40 seconds", {}),
    (
        "backup",
        "Nightly backups go to s3://acme-backups/pg and are restored every Monday by the restore-drill job",
        {"tags": ("operations",)},
    ),
    ("redis", "Redis holds sessions and rate limits only; losing it logs everyone out but loses no data", {}),
    (
        "cache",
        "Product pages are cached for 300 seconds; call purge_product_cache(sku) after a price change",
        {"key": "catalog.cache.ttl"},
    ),
    ("celery", "Background jobs run on Celery with the queues default, mail and slow", {"tags": ("jobs",)}),
    ("webhooks", "Webhook deliveries retry eight times with exponential backoff, see WebhookDispatcher.deliver", {}),
    (
        "idempotency",
        "Stripe calls need an Idempotency-Key, otherwise customers are charged twice",
        {"key": "billing.idempotency"},
    ),
    (
        "invoices",
        "Invoice numbers are gapless per country; allocate them with next_invoice_number() inside the transaction",
        {"tags": ("billing",)},
    ),
    ("vat", "VAT is computed per line item and rounded half up in billing/tax.py", {"tags": ("billing",)}),
    ("refunds", "Refunds above 500 EUR need approval by a second person", {"tags": ("billing",)}),
    ("cents", "Amounts are stored as integer cents with an ISO 4217 currency code", {"tags": ("billing",)}),
    (
        "deploy",
        "Deploy with make release ENV=prod from the main branch; it tags, builds and rolls out through Argo CD",
        {"type": "procedural", "key": "deploy.command"},
    ),
    ("rollback", "Roll back a bad release with argocd app rollback shop, never by reverting the tag", {}),
    ("canary", "A canary gets 5 % of traffic for twenty minutes before the full rollout", {}),
    ("oom", "The api pods are OOMKilled above 1.5 GiB; the export endpoint is the usual culprit", {"type": "episodic"}),
    ("node", "The frontend needs Node 20; Node 22 breaks the canvas dependency", {"key": "web.node.version"}),
    ("pnpm", "Use pnpm, not npm; the lock file is pnpm-lock.yaml", {"type": "preference"}),
    ("proxy", "The dev server proxies /api to localhost:8000 (vite.config.ts)", {}),
    ("userlist", "UserList.jsx crashes with undefined users until the first fetch resolves", {"type": "episodic"}),
    (
        "refused",
        "ECONNREFUSED 127.0.0.1:5432 in tests means the docker compose database is not up; run make db",
        {"type": "procedural"},
    ),
    (
        "x509",
        "x509: certificate signed by unknown authority comes from the corporate proxy; export SSL_CERT_FILE",
        {},
    ),
    ("mypy", "mypy runs in strict mode on src/core only", {"applies_to": ("src/core/**",)}),
    ("style", "The team formats with ruff format and a line length of 100", {"type": "preference"}),
    ("messages", "Commit messages follow Conventional Commits in the imperative", {"type": "preference"}),
    ("parallel", "Tests run in parallel with pytest -n 4; tests that touch the clock are marked serial", {}),
    (
        "flaky",
        "test_export_large_csv is flaky on CI because of its 10 second timeout",
        {"type": "episodic", "tags": ("tests",)},
    ),
    ("factory", "Use the make_order factory instead of fixtures/orders.json, which is stale", {"tags": ("tests",)}),
    ("flags", "Feature flags live in LaunchDarkly; FLAG_NEW_CHECKOUT is on for 20 % of users", {}),
    ("logs", "Logs are structured JSON; never log request bodies, they contain card data", {"tags": ("security",)}),
    ("traces", "Traces go to Tempo with a sampling rate of one percent", {"tags": ("operations",)}),
    ("latency", "The alert HighCheckoutLatency fires when p95 goes over 800 ms for five minutes", {}),
    ("cors", "CORS allows only app.acme.test and admin.acme.test", {"tags": ("security",)}),
    ("rest", "The public API is REST; GraphQL was removed in v3 (src/gateway/schema.graphql is dead code)", {}),
    ("cursor", "List endpoints paginate by cursor, never by offset", {"key": "api.pagination"}),
    ("quota", "The public API allows 100 requests a minute per token, X-RateLimit-Remaining tells what is left", {}),
    ("uploads", "Uploads over 20 MB go directly to object storage through presigned URLs", {}),
    ("avatars", "Avatars are resized by the thumbnailer worker with libvips", {"tags": ("jobs",)}),
    ("opensearch", "Product search uses OpenSearch with the analyzer german_light", {"key": "search.engine"}),
    ("reindex", "Rebuild the search index with scripts/reindex_products.sh, which takes forty minutes", {}),
    ("mail", "Mail is sent through Postmark; bounces land in the table email_bounces", {}),
    ("utc", "All timestamps are UTC in the database and shown in the customer's time zone", {}),
    ("latin1", "The legacy importer probably still reads latin-1 files", {"type": "assumption", "confidence": 0.6}),
    (
        "erasure",
        "Deleting a customer anonymises orders through anonymize_customer and keeps invoices for ten years",
        {},
    ),
    (
        "parser",
        "parseOrderXml accepts both the v1 and the v2 order format",
        {"evidence": ("src/orders/parser.ts:L10-L80",)},
    ),
    ("windows", "On Windows the path separator breaks collectStaticFiles; use posix paths", {}),
)

QUESTIONS: tuple[tuple[str, str], ...] = (
    # plain words
    ("how are the JWTs signed", "jwt"),
    ("which algorithm signs our tokens", "jwt"),
    ("how long does a refresh token live", "refresh"),
    ("how do we hash passwords", "passwords"),
    ("what happens after too many failed logins", "lockout"),
    ("which database do we use in production", "engine"),
    ("why do prepared statements fail", "prepared"),
    ("do I need to run migrations before a deploy", "migrations"),
    ("how do I create an index on the orders table", "locks"),
    ("why is the report out of date by some seconds", "replica"),
    ("where are the backups", "backup"),
    ("can we lose data when redis goes down", "redis"),
    ("how long are product pages cached", "cache"),
    ("how often are webhooks retried", "webhooks"),
    ("why was a customer charged two times by stripe", "idempotency"),
    ("how do I deploy a release", "deploy"),
    ("roll back the last release", "rollback"),
    ("who has to approve a refund", "refunds"),
    ("which node version does the frontend need", "node"),
    ("should I use npm or pnpm", "pnpm"),
    ("what do commit messages look like", "messages"),
    ("is there a flaky test for csv export", "flaky"),
    ("may I log the request body", "logs"),
    ("is offset pagination allowed", "cursor"),
    ("how big may an upload be", "uploads"),
    ("in which time zone are timestamps", "utc"),
    ("what about deleting customers and their orders", "erasure"),
    # identifiers, in the spelling of the code and in others
    ("WebhookDispatcher", "webhooks"),
    ("webhook_dispatcher", "webhooks"),
    ("purgeProductCache", "cache"),
    ("nextInvoiceNumber", "invoices"),
    ("next_invoice_number()", "invoices"),
    ("parse_order_xml", "parser"),
    ("collect static files", "windows"),
    ("FLAG_NEW_CHECKOUT", "flags"),
    ("loginthrottle", "lockout"),
    ("test_export_large_csv", "flaky"),
    ("auth.jwt.algorithm", "jwt"),
    ("statement_cache_size", "prepared"),
    ("HighCheckoutLatency", "latency"),
    # paths
    ("src/auth/throttle.py", "lockout"),
    ("throttle.py", "lockout"),
    ("src/auth/jwt.rs", "jwt"),
    ("billing/tax.py", "vat"),
    ("src/components/UserList.jsx", "userlist"),
    ("scripts/reindex_products.sh", "reindex"),
    ("src/orders/parser.ts", "parser"),
    ("migrations/0042_add_column.py", "migrations"),
    # error messages
    (
        "TypeError: Cannot read properties of undefined (reading 'map')\n"
        "    at UserList (webpack-internal:///./src/components/UserList.jsx:42:13)\n"
        "    at renderWithHooks (node_modules/react-dom/cjs/react-dom.development.js:14985:18)",
        "userlist",
    ),
    ("Error: connect ECONNREFUSED 127.0.0.1:5432 at TCPConnectWrap.afterConnect [as oncomplete]", "refused"),
    ("urllib3.exceptions.SSLError: certificate verify failed: unable to get local issuer certificate", "x509"),
    (
        'asyncpg.exceptions.DuplicatePreparedStatementError: prepared statement "__asyncpg_stmt_1__" already exists',
        "prepared",
    ),
    ("Last State: Terminated, Reason: OOMKilled, Exit Code: 137", "oom"),
    ("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in importer/legacy.py", "latin1"),
    # inflections and noise
    ("paginating lists", "cursor"),
    ("resizing an avatar", "avatars"),
    ("please could you just tell me what the analyzer for searching products is called, thanks", "opensearch"),
    ("um, so, is there anything at all that I should know about tracing?", "traces"),
    ('mail AND NOT (bounces OR "x") NEAR/2 ^table*', "mail"),
)
