-- From version 1: pages are asked for again, hosts rest, runs remember.

ALTER TABLE runs ADD COLUMN drops TEXT;

ALTER TABLE urls ADD COLUMN interval REAL;
ALTER TABLE urls ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE urls ADD COLUMN lastmod TEXT;
ALTER TABLE urls ADD COLUMN false_lastmods INTEGER NOT NULL DEFAULT 0;
DROP INDEX frontier;
CREATE INDEX frontier ON urls (host, state, next_due, id);
CREATE INDEX urls_by_state ON urls (state, next_due);
-- An answer that was to be asked for again does not stand.
UPDATE urls SET page_id = NULL, etag = NULL, last_modified = NULL, next_due = 0 WHERE state IN ('discovered', 'leased');

CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before REAL NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT OR IGNORE INTO hosts (host) SELECT host FROM urls;

ALTER TABLE pages ADD COLUMN warc_filename TEXT;
ALTER TABLE pages ADD COLUMN warc_offset INTEGER;
CREATE INDEX pages_by_run ON pages (run_id);

-- Nobody asked which page showed which link; urls.discovered_from says which did first.
DROP TABLE links;

CREATE TABLE visits (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    url_id INTEGER NOT NULL REFERENCES urls (id),
    visited_at TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('new', 'changed', 'unchanged', 'gone', 'blocked', 'error')),
    PRIMARY KEY (run_id, url_id)
) WITHOUT ROWID;

CREATE TABLE coverage (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    site TEXT NOT NULL,
    measure TEXT NOT NULL,
    had INTEGER NOT NULL,
    of INTEGER NOT NULL,
    PRIMARY KEY (run_id, site, measure)
) WITHOUT ROWID;
