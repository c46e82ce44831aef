-- Conversations that last: what was said and why, who speaks, what was handed over, done, liked, and seen already.
-- Instants (`*_at`, `at`) are microseconds since 1970-01-01T00:00:00Z. `user` is '' where nobody is known.

CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    conversation TEXT NOT NULL,
    user TEXT NOT NULL,
    context TEXT, -- JSON of the assistant's; null: nothing is remembered
    speaker TEXT NOT NULL DEFAULT 'assistant' CHECK (speaker IN ('assistant', 'human')),
    holder TEXT, -- the human who speaks
    version INTEGER NOT NULL, -- one more with every change: two workers never both write
    turns INTEGER NOT NULL, -- how many were taken, those since purged too
    updated_at INTEGER NOT NULL,
    UNIQUE (channel, user, conversation)
) STRICT;

CREATE TABLE turns (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations (number),
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL, -- masked
    kind TEXT NOT NULL,
    intent TEXT,
    reply TEXT NOT NULL, -- JSON, masked
    receipt TEXT NOT NULL, -- JSON, masked
    elapsed_us INTEGER NOT NULL,
    UNIQUE (conversation, ordinal)
) STRICT;
CREATE INDEX turns_by_time ON turns (at);

-- What a channel delivered and was answered: the same delivery again gets the same turn.
CREATE TABLE deliveries (
    channel TEXT NOT NULL,
    delivery TEXT NOT NULL,
    turn INTEGER NOT NULL REFERENCES turns (number),
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_turn ON deliveries (turn);

CREATE TABLE handovers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (number),
    opened_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    packet TEXT NOT NULL, -- JSON, masked
    state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'closed')),
    taken_by TEXT,
    closed_at INTEGER
) STRICT;
CREATE INDEX handovers_by_conversation ON handovers (conversation);
-- A conversation is handed over once at a time, whoever asks for it how often.
CREATE UNIQUE INDEX handovers_under_way ON handovers (conversation) WHERE state <> 'closed';

CREATE TABLE feedback (
    turn INTEGER NOT NULL REFERENCES turns (number),
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    good INTEGER NOT NULL CHECK (good IN (0, 1)),
    reason TEXT, -- masked
    PRIMARY KEY (turn, channel, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX feedback_by_user ON feedback (channel, user);

-- Who did what to which order. Rows stay; a person who is forgotten leaves '' behind.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, -- as written in the order's event
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    action TEXT NOT NULL,
    order_id TEXT NOT NULL,
    before TEXT NOT NULL, -- JSON of the order
    after TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE -- the same key again is the same act
) STRICT;
CREATE INDEX audit_by_order ON audit (order_id);
CREATE INDEX audit_by_user ON audit (channel, user);

-- One-time codes that link a speaker to an account. Of the secret half only a hash is kept.
CREATE TABLE link_codes (
    handle TEXT PRIMARY KEY, -- the half that names the code
    code_hash TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id),
    issued_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    tries_left INTEGER NOT NULL CHECK (tries_left >= 0),
    used_at INTEGER
) STRICT, WITHOUT ROWID;
