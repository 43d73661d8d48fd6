-- Version 3 of the store. Times named *_at are RFC 3339 text; leased_until, next_due and not_before are epoch seconds.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,              -- NULL: running, or killed
    reason TEXT,                   -- why it ended, in Scrapy's words
    version TEXT NOT NULL,
    plan TEXT NOT NULL,            -- JSON
    drops TEXT,                    -- JSON: what fell against the sites' own history; NULL: nothing, or not looked at
    worker TEXT                    -- our name in the shared queue; NULL: a crawl of our own
);

-- The frontier. One row per page that is known to exist.
CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,      -- equal for equal pages: sorted query, no tracking
    url TEXT NOT NULL,             -- as it is asked for
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('seed', 'listing', 'article', 'feed', 'sitemap')),
    state TEXT NOT NULL DEFAULT 'discovered'   -- discovered: to be asked for in this run, for the first time or again
        CHECK (state IN ('discovered', 'leased', 'fetched', 'unchanged', 'gone', 'blocked', 'error')),
    why TEXT,                      -- what stopped it, where the state is blocked or error
    tries INTEGER NOT NULL DEFAULT 0,
    leased_until REAL,
    next_due REAL NOT NULL,        -- not to be asked for earlier; 0: never asked for, or wanted at once
    etag TEXT,                     -- validators of the answer that stands
    last_modified TEXT,
    depth INTEGER NOT NULL DEFAULT 0,
    discovered_from INTEGER REFERENCES urls (id),
    page_id INTEGER REFERENCES pages (id),     -- the answer that stands: the latest good one, else the latest
    interval REAL,                 -- seconds between two visits, adapted to how often the page changes
    failures INTEGER NOT NULL DEFAULT 0,       -- visits in a row that were refused or failed
    lastmod TEXT,                  -- when it changed, as its sitemap or feed says
    false_lastmods INTEGER NOT NULL DEFAULT 0  -- how often that moved in vain
);
CREATE INDEX frontier ON urls (host, state, next_due, id);
CREATE INDEX urls_by_state ON urls (state, next_due);

-- Links for the queue that workers share, while that has no room for them.
CREATE TABLE unqueued (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    link TEXT NOT NULL,            -- JSON
    depth INTEGER NOT NULL,
    again INTEGER NOT NULL         -- 1: wanted though it is known
);

-- When a host may be asked again, whichever of its pages.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before REAL NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0        -- answers in a row that refuse
) WITHOUT ROWID;

-- The archive. One row per answer that brought something; bodies are kept once.
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
    duplicate_of INTEGER REFERENCES pages (id),
    warc_filename TEXT,            -- for pages out of a WARC file: its name, and the byte at which the page's record begins
    warc_offset INTEGER
);
CREATE INDEX pages_by_body ON pages (sha256);
CREATE INDEX pages_by_canonical ON pages (canonical);
CREATE INDEX pages_by_items ON pages (items_sha256);
CREATE INDEX pages_by_url ON pages (url_id);
CREATE INDEX pages_by_run ON pages (run_id);

CREATE TABLE bodies (
    sha256 TEXT NOT NULL UNIQUE,   -- of the body as it came, after content encoding
    zlib BLOB NOT NULL
);

-- What came of each URL that a run asked for.
CREATE TABLE visits (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    url_id INTEGER NOT NULL REFERENCES urls (id),
    visited_at TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('new', 'changed', 'unchanged', 'gone', 'blocked', 'error')),
    PRIMARY KEY (run_id, url_id)
) WITHOUT ROWID;

-- What the cleaner made of a page. Of each URL the latest article, and what its latest answer is if that is none.
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

-- How many pages of a site a run was to get something from, and from how many it did; see crawler/quality.py.
CREATE TABLE coverage (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL,
    measure TEXT NOT NULL,
    had INTEGER NOT NULL,
    of INTEGER NOT NULL,
    PRIMARY KEY (run_id, site, measure)
) WITHOUT ROWID;
