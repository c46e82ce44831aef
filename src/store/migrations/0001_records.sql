-- The record set as tables. `position` keeps the order in which records came in, so that an export is what was imported.
-- Dates and times are kept as they were written.

CREATE TABLE accounts (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL
) STRICT;

CREATE TABLE identities (
    position INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    account TEXT REFERENCES accounts (id),
    role TEXT NOT NULL,
    UNIQUE (channel, user)
) STRICT;
CREATE INDEX identities_by_account ON identities (account);

CREATE TABLE entities (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT REFERENCES accounts (id),
    name TEXT NOT NULL,
    nature TEXT NOT NULL,
    id_type TEXT NOT NULL,
    id_number TEXT NOT NULL,
    province TEXT NOT NULL,
    icp_number TEXT,
    status TEXT NOT NULL,
    filed_with TEXT,
    filed_on TEXT,
    person_name TEXT NOT NULL,
    person_id_type TEXT NOT NULL,
    person_id_number TEXT NOT NULL,
    person_phone TEXT NOT NULL,
    person_legal_representative INTEGER NOT NULL CHECK (person_legal_representative IN (0, 1))
) STRICT;
CREATE INDEX entities_by_account ON entities (account);

CREATE TABLE websites (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    entity TEXT NOT NULL REFERENCES entities (id),
    name TEXT NOT NULL,
    icp_number TEXT,
    status TEXT NOT NULL,
    filed_with TEXT,
    filed_on TEXT,
    resolves_to TEXT NOT NULL
) STRICT;
CREATE INDEX websites_by_entity ON websites (entity);

-- The names may be of domains that are not on record.
CREATE TABLE website_domains (
    website TEXT NOT NULL REFERENCES websites (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (website, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX website_domains_by_name ON website_domains (name);

CREATE TABLE domains (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    registrar TEXT NOT NULL,
    registrar_approved INTEGER NOT NULL CHECK (registrar_approved IN (0, 1)),
    expires_on TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    holder_id_type TEXT NOT NULL,
    holder_id_number TEXT NOT NULL,
    real_name_status TEXT NOT NULL,
    real_name_verified_on TEXT
) STRICT;

CREATE TABLE instances (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    product TEXT NOT NULL,
    region TEXT NOT NULL,
    billing TEXT NOT NULL,
    months INTEGER NOT NULL CHECK (months >= 0),
    expires_on TEXT NOT NULL,
    public_bandwidth INTEGER NOT NULL CHECK (public_bandwidth IN (0, 1)),
    amount_yuan TEXT, -- a JSON number as text: neither rounded nor reformatted
    plan TEXT
) STRICT;
CREATE INDEX instances_by_account ON instances (account);

-- `used_by` may name an order that is not on record.
CREATE TABLE service_numbers (
    position INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    instance TEXT NOT NULL REFERENCES instances (id),
    used_by TEXT
) STRICT;
CREATE INDEX service_numbers_by_instance ON service_numbers (instance);

CREATE TABLE orders (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    entity TEXT REFERENCES entities (id),
    type TEXT NOT NULL,
    province TEXT NOT NULL,
    state TEXT NOT NULL,
    instance TEXT REFERENCES instances (id),
    waiting_for TEXT
) STRICT;
CREATE INDEX orders_by_account ON orders (account);
CREATE INDEX orders_by_entity ON orders (entity);
CREATE INDEX orders_by_instance ON orders (instance);

CREATE TABLE order_domains (
    order_id TEXT NOT NULL REFERENCES orders (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_domains_by_name ON order_domains (name);

CREATE TABLE order_rejections (
    order_id TEXT NOT NULL REFERENCES orders (id),
    place INTEGER NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_events (
    order_id TEXT NOT NULL REFERENCES orders (id),
    place INTEGER NOT NULL,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (order_id, place)
) STRICT, WITHOUT ROWID;
