-- From version 2: a run may be one worker's part in a shared crawl.

ALTER TABLE runs ADD COLUMN worker TEXT;
