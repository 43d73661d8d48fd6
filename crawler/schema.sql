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
