-- The records of an export. Lists are tables of their own; position is the place on the page, from 0.

CREATE TABLE records (
  id TEXT PRIMARY KEY,              -- doi:…, pmid:…, arxiv:…, url:… or sha256:…
  kind TEXT NOT NULL,
  url TEXT,
  canonical_url TEXT,
  title TEXT,
  container_title TEXT,
  publisher TEXT,
  volume TEXT,
  issue TEXT,
  pages TEXT,
  language TEXT,                    -- BCP 47
  license TEXT,
  published TEXT,                   -- EDTF: with no part that the page does not state
  published_precision TEXT,
  published_raw TEXT,
  published_earliest TEXT,          -- the days between which it lies, YYYY-MM-DD
  published_latest TEXT,
  abstract TEXT,
  abstract_truncated INTEGER,       -- 1, 0, or null: cannot be known
  body TEXT,
  pdf TEXT,
  source TEXT,
  fetched_at TEXT,
  content_sha256 TEXT,
  version TEXT                      -- of pagesieve
);

CREATE TABLE authors (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  given TEXT,
  family TEXT,
  orcid TEXT,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

CREATE TABLE affiliations (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

-- Which author is where: the positions of both.
CREATE TABLE author_affiliations (
  record_id TEXT NOT NULL,
  author INTEGER NOT NULL,
  affiliation INTEGER NOT NULL,
  PRIMARY KEY (record_id, author, affiliation),
  FOREIGN KEY (record_id, author) REFERENCES authors (record_id, position),
  FOREIGN KEY (record_id, affiliation) REFERENCES affiliations (record_id, position)
) WITHOUT ROWID;

CREATE TABLE identifiers (
  record_id TEXT NOT NULL REFERENCES records (id),
  scheme TEXT NOT NULL,             -- doi, pmid, pmcid, arxiv, issn, isbn
  value TEXT NOT NULL,
  PRIMARY KEY (record_id, scheme, value)
) WITHOUT ROWID;

CREATE TABLE keywords (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  term TEXT NOT NULL,
  count INTEGER,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

CREATE TABLE dates (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  role TEXT NOT NULL,
  edtf TEXT,
  precision TEXT NOT NULL,
  raw TEXT NOT NULL,
  earliest TEXT,
  latest TEXT,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

CREATE TABLE metrics (
  record_id TEXT NOT NULL REFERENCES records (id),
  name TEXT NOT NULL,
  value,                            -- a whole number, else the text
  PRIMARY KEY (record_id, name)
) WITHOUT ROWID;

CREATE TABLE related (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  title TEXT,
  authors TEXT,                     -- joined by semicolons
  container_title TEXT,
  published TEXT,
  url TEXT,
  doi TEXT,
  pmid TEXT,
  snippet TEXT,
  snippet_truncated INTEGER,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

CREATE TABLE warnings (
  record_id TEXT NOT NULL REFERENCES records (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

-- One line a record, for looking through.
CREATE VIEW works AS
SELECT
  r.id,
  (SELECT group_concat(name, '; ') FROM (SELECT name FROM authors WHERE record_id = r.id ORDER BY position)) AS authors,
  -- The year, where the date lies in one.
  CASE WHEN substr(r.published_earliest, 1, 4) = substr(r.published_latest, 1, 4) THEN CAST(substr(r.published_earliest, 1, 4) AS INTEGER) END AS year,
  r.title,
  r.container_title,
  (SELECT value FROM identifiers WHERE record_id = r.id AND scheme = 'doi') AS doi,
  (SELECT group_concat(term, '; ') FROM (SELECT term FROM keywords WHERE record_id = r.id ORDER BY position)) AS keywords,
  coalesce(r.canonical_url, r.url) AS url
FROM records r;
