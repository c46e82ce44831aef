-- What channels need to last: deliveries that were taken in and are still to be worked off, keys of programs, what was taken of
-- a limit. Instants (`*_at`) are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL, -- the channel's name
    delivery TEXT NOT NULL, -- the channel's name for it: it is taken in once
    lane TEXT NOT NULL, -- jobs of one lane are worked off one after the other, as they came
    user TEXT NOT NULL, -- who it is from; '' where nobody is known
    payload TEXT NOT NULL, -- '' once it has ended: what it said is no longer needed
    progress TEXT, -- how far it has come, for whoever takes it up again
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'dead')),
    tries INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL, -- not before; while a worker has it, when it is up for others again
    worker TEXT, -- who has it
    error TEXT, -- why it didn't succeed the last time
    ended_at INTEGER,
    UNIQUE (queue, delivery)
) STRICT;
CREATE INDEX jobs_waiting ON jobs (queue, number) WHERE state = 'waiting';
CREATE INDEX jobs_by_lane ON jobs (queue, lane, number) WHERE state = 'waiting';
CREATE INDEX jobs_by_user ON jobs (queue, user);
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;

-- Of a key only a hash is kept.
CREATE TABLE api_keys (
    handle TEXT PRIMARY KEY, -- the half of the key that names it
    key_hash TEXT NOT NULL,
    label TEXT NOT NULL, -- what it is for, in its maker's words
    scopes TEXT NOT NULL, -- a JSON list of names
    channel TEXT NOT NULL, -- the channel that what it sends counts as
    user TEXT, -- who speaks with it; null: each request says so
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
    bucket TEXT PRIMARY KEY, -- what is limited
    span_began_at INTEGER NOT NULL,
    taken INTEGER NOT NULL CHECK (taken >= 0) -- since then
) STRICT, WITHOUT ROWID;
