-- Version 1 of the store. Times named *_at are RFC 3339 text; leased_until and next_due are epoch seconds.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,              -- NULL: running, or killed
    reason TEXT,                   -- why it ended, in Scrapy's words
    version TEXT NOT NULL,
    plan TEXT NOT NULL             -- JSON
);

-- The frontier. One row per page that is known to exist.
CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,      -- equal for equal pages: sorted query, no tracking
    url TEXT NOT NULL,             -- as it is asked for
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('seed', 'listing', 'article', 'feed', 'sitemap')),
    state TEXT NOT NULL DEFAULT 'discovered'
        CHECK (state IN ('discovered', 'leased', 'fetched', 'unchanged', 'gone', 'blocked', 'error')),
    why TEXT,                      -- what stopped it, where the state is blocked or error
    tries INTEGER NOT NULL DEFAULT 0,
    leased_until REAL,
    next_due REAL NOT NULL,        -- not to be asked for earlier
    etag TEXT,
    last_modified TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    discovered_from INTEGER REFERENCES urls (id),
    page_id INTEGER REFERENCES pages (id)    -- the latest answer
);
CREATE INDEX frontier ON urls (state, next_due, id, host);

-- The archive. One row per answer; bodies are kept once.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL REFERENCES urls (id),
    run_id INTEGER NOT NULL REFERENCES runs (id),
    fetched_at TEXT NOT NULL,
    final_url TEXT NOT NULL,
    redirects TEXT NOT NULL,       -- JSON: the addresses before the final one
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,         -- JSON: [[name, value], …]
    charset TEXT,                  -- as the header declares it
    dataloss INTEGER NOT NULL,     -- 1: the body ended early
    sha256 TEXT NOT NULL REFERENCES bodies (sha256),
    role TEXT NOT NULL CHECK (role IN ('page', 'listing', 'feed', 'sitemap')),
    canonical TEXT,                -- key of the address that the page declares, else of the one that answered
    title TEXT,
    items_sha256 TEXT,             -- hash over the items that a listing shows
    duplicate_of INTEGER REFERENCES pages (id)
);
CREATE INDEX pages_by_body ON pages (sha256);
CREATE INDEX pages_by_canonical ON pages (canonical);
CREATE INDEX pages_by_items ON pages (items_sha256);
CREATE INDEX pages_by_url ON pages (url_id);

CREATE TABLE bodies (
    sha256 TEXT NOT NULL UNIQUE,   -- of the body as it came, after content encoding
    zlib BLOB NOT NULL
);

-- Which page showed which link.
CREATE TABLE links (
    page_id INTEGER NOT NULL REFERENCES pages (id),
    position INTEGER NOT NULL,
    url_id INTEGER NOT NULL REFERENCES urls (id),
    rel TEXT NOT NULL,
    PRIMARY KEY (page_id, position)
) WITHOUT ROWID;

-- What the cleaner made of a page.
CREATE TABLE records (
    page_id INTEGER PRIMARY KEY REFERENCES pages (id),
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    filled INTEGER NOT NULL,       -- how many fields have a value
    made_by TEXT NOT NULL,         -- JSON
    cleaned_at TEXT NOT NULL,
    record TEXT NOT NULL           -- JSON
);
CREATE INDEX records_by_id ON records (record_id);

-- A run that was killed: one page with a record, one that was to be asked for again, one in hand, one new.
INSERT INTO runs VALUES (1, '2024-05-01T00:00:00Z', NULL, NULL, '0.1', '{"start": ["http://a.example/"]}');
INSERT INTO bodies VALUES ('5c1c52a0e5c9f3b1c0b8f1d1a1d8cf8d', x'789c4b2c4e010002490122');
INSERT INTO urls (id, key, url, host, kind, state, tries, next_due, etag, page_id) VALUES
    (1, 'http://a.example/', 'http://a.example/', 'a.example', 'seed', 'fetched', 1, 1.0, '"1"', NULL),
    (2, 'http://a.example/busy', 'http://a.example/busy', 'a.example', 'article', 'discovered', 1, 9.0e9, NULL, NULL),
    (3, 'http://b.example/', 'http://b.example/', 'b.example', 'article', 'leased', 1, 1.0, NULL, NULL),
    (4, 'http://b.example/new', 'http://b.example/new', 'b.example', 'article', 'discovered', 0, 1.0, NULL, NULL);
INSERT INTO pages (id, url_id, run_id, fetched_at, final_url, redirects, status, headers, dataloss, sha256, role) VALUES
    (1, 1, 1, '2024-05-01T00:00:01Z', 'http://a.example/', '[]', 200, '[]', 0, '5c1c52a0e5c9f3b1c0b8f1d1a1d8cf8d', 'page'),
    (2, 2, 1, '2024-05-01T00:00:02Z', 'http://a.example/busy', '[]', 503, '[]', 0, '5c1c52a0e5c9f3b1c0b8f1d1a1d8cf8d', 'page');
UPDATE urls SET page_id = id WHERE id IN (1, 2);
PRAGMA application_id = 1885827958;
PRAGMA user_version = 1;
