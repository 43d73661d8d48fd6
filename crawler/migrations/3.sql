-- From version 2: a run may be one worker's part in a shared crawl, and has links that the shared queue has no room for.

ALTER TABLE runs ADD COLUMN worker TEXT;
CREATE TABLE unqueued (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    link TEXT NOT NULL,
    depth INTEGER NOT NULL,
    again INTEGER NOT NULL
);
