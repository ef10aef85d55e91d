-- A schema as version 1 left it: two calendars, one of them in the middle of a pass,
-- a feed that somebody has read in part, and no more.
CREATE TABLE kloudsync_schema (version INTEGER NOT NULL);
INSERT INTO kloudsync_schema VALUES (1);
CREATE TABLE calendar (
    calendar BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    passes BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    first_ref BIGINT NOT NULL DEFAULT 1,
    cursor_token TEXT,
    cursor_fingerprint TEXT,
    checkpoint TEXT,
    zone TEXT,
    synced_at DOUBLE PRECISION,
    UNIQUE (provider, account, name)
);
CREATE TABLE event (
    ref BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    calendar BIGINT NOT NULL,
    born BIGINT NOT NULL,
    died BIGINT,
    until BIGINT NOT NULL,
    start BIGINT,
    finish BIGINT,
    last_end BIGINT,
    original BIGINT,
    verdict SMALLINT NOT NULL,
    bucket SMALLINT,
    kind SMALLINT NOT NULL,
    all_day SMALLINT NOT NULL,
    busy SMALLINT NOT NULL,
    declined SMALLINT NOT NULL,
    original_all_day SMALLINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    series TEXT COLLATE "C",
    zone TEXT,
    uid TEXT,
    lineage TEXT COLLATE "C",
    created TEXT COLLATE "C",
    recurrence TEXT,
    raw TEXT NOT NULL
);
CREATE UNIQUE INDEX event_id ON event (calendar, id, born);
CREATE INDEX event_born ON event (calendar, born, ref);
CREATE INDEX event_placed ON event (calendar, bucket, start)
WHERE bucket IS NOT NULL AND died IS NULL;
CREATE INDEX event_recurring ON event (calendar, until) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_moved ON event (calendar, original)
WHERE original IS NOT NULL AND died IS NULL;
CREATE INDEX event_series ON event (calendar, series) WHERE series IS NOT NULL AND died IS NULL;
CREATE INDEX event_lineage ON event (calendar, lineage) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_created ON event (calendar, created) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_dead ON event (died) WHERE died IS NOT NULL;
CREATE TABLE span (bucket SMALLINT PRIMARY KEY, reach BIGINT NOT NULL);
INSERT INTO span VALUES (0, 4096);
INSERT INTO span VALUES (1, 8192);
INSERT INTO span VALUES (2, 16384);
INSERT INTO span VALUES (3, 32768);
INSERT INTO span VALUES (4, 65536);
INSERT INTO span VALUES (5, 131072);
INSERT INTO span VALUES (6, 262144);
INSERT INTO span VALUES (7, 524288);
INSERT INTO span VALUES (8, 1048576);
INSERT INTO span VALUES (9, 2097152);
INSERT INTO span VALUES (10, 4194304);
INSERT INTO span VALUES (11, 8388608);
INSERT INTO span VALUES (12, 16777216);
INSERT INTO span VALUES (13, 33554432);
INSERT INTO span VALUES (14, 67108864);
INSERT INTO span VALUES (15, 134217728);
INSERT INTO span VALUES (16, 268435456);
INSERT INTO span VALUES (17, 536870912);
INSERT INTO span VALUES (18, 1073741824);
INSERT INTO span VALUES (19, 2147483648);
INSERT INTO span VALUES (20, 1152921504606846976);
CREATE TABLE seen (
    calendar BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (calendar, id)
);
CREATE TABLE quarantine (
    calendar BIGINT NOT NULL,
    staged SMALLINT NOT NULL,
    slot TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C",
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (calendar, staged, slot)
);
CREATE TABLE link (
    calendar BIGINT NOT NULL,
    old TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (calendar, old)
);
CREATE TABLE feed (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    calendar BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    recorded_at DOUBLE PRECISION NOT NULL,
    before_ref BIGINT,
    after_ref BIGINT,
    link TEXT
);
CREATE INDEX feed_calendar ON feed (calendar, position);
CREATE TABLE head (position BIGINT NOT NULL);
INSERT INTO head VALUES (0);
CREATE TABLE consumer (
    calendar BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (calendar, name)
);
CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    owner TEXT,
    fence BIGINT NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL
);
CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    collection TEXT NOT NULL,
    address TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    opened_at DOUBLE PRECISION NOT NULL,
    expires_at DOUBLE PRECISION NOT NULL,
    spread DOUBLE PRECISION NOT NULL,
    resource TEXT,
    numbers TEXT NOT NULL
);
CREATE INDEX channel_account ON channel (provider, account);
CREATE TABLE standing (
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    collection TEXT NOT NULL,
    marks BIGINT NOT NULL DEFAULT 0,
    first_mark DOUBLE PRECISION,
    last_mark DOUBLE PRECISION,
    checked_at DOUBLE PRECISION,
    rest_until DOUBLE PRECISION,
    barred_until DOUBLE PRECISION,
    barred_reason TEXT,
    PRIMARY KEY (provider, account, name, collection)
);
CREATE TABLE ledger (
    mirror TEXT NOT NULL,
    key TEXT NOT NULL,
    uid TEXT NOT NULL,
    start BIGINT NOT NULL,
    finish BIGINT NOT NULL,
    digest TEXT,
    stamp DOUBLE PRECISION NOT NULL,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (mirror, key)
);
CREATE TABLE budget (name TEXT PRIMARY KEY, body TEXT);
INSERT INTO calendar (calendar, provider, account, name, passes, held, first_ref, cursor_token, cursor_fingerprint, checkpoint, zone, synced_at) OVERRIDING SYSTEM VALUE VALUES (1,'google','owner','primary',2,2,5,'next','query','{"full": true, "fingerprint": "query", "position": "page-1", "pages": 1, "reason": "test", "complete": false, "cursor": null, "zone": null, "since": null}',NULL,100.0);
INSERT INTO calendar (calendar, provider, account, name, passes, held, first_ref, cursor_token, cursor_fingerprint, checkpoint, zone, synced_at) OVERRIDING SYSTEM VALUE VALUES (2,'google','owner','team@example.com',1,1,3,'next','query',NULL,NULL,100.0);
INSERT INTO consumer (calendar, name, position) VALUES (0, 'crm', 3);
INSERT INTO consumer (calendar, name, position) VALUES (1, 'crm', 2);
INSERT INTO event (ref, calendar, born, died, verdict, bucket, until, kind, start, finish, last_end, all_day, busy, declined, original, original_all_day, id, series, zone, uid, lineage, created, recurrence, raw) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 2, 1, 0, 4600, 1, 1000, 4600, 4600, 0, 1, 0, NULL, 0, 'a', NULL, NULL, 'a@example.com', NULL, NULL, NULL, '{}');
INSERT INTO event (ref, calendar, born, died, verdict, bucket, until, kind, start, finish, last_end, all_day, busy, declined, original, original_all_day, id, series, zone, uid, lineage, created, recurrence, raw) OVERRIDING SYSTEM VALUE VALUES (2, 1, 1, NULL, 1, NULL, 9223372036854775807, 2, 1000, 4600, NULL, 0, 1, 0, NULL, 0, 's', NULL, 'Europe/Paris', NULL, NULL, NULL, 'RRULE:FREQ=DAILY', '{}');
INSERT INTO event (ref, calendar, born, died, verdict, bucket, until, kind, start, finish, last_end, all_day, busy, declined, original, original_all_day, id, series, zone, uid, lineage, created, recurrence, raw) OVERRIDING SYSTEM VALUE VALUES (3, 2, 1, NULL, 1, 0, 4600, 1, 1000, 4600, 4600, 0, 1, 0, NULL, 0, 'b', NULL, NULL, 'b@example.com', NULL, NULL, NULL, '{}');
INSERT INTO event (ref, calendar, born, died, verdict, bucket, until, kind, start, finish, last_end, all_day, busy, declined, original, original_all_day, id, series, zone, uid, lineage, created, recurrence, raw) OVERRIDING SYSTEM VALUE VALUES (4, 1, 2, NULL, 2, 0, 4600, 1, 1000, 4600, 4600, 0, 1, 0, NULL, 0, 'a', NULL, NULL, 'a@example.com', NULL, NULL, NULL, '2');
INSERT INTO event (ref, calendar, born, died, verdict, bucket, until, kind, start, finish, last_end, all_day, busy, declined, original, original_all_day, id, series, zone, uid, lineage, created, recurrence, raw) OVERRIDING SYSTEM VALUE VALUES (5, 1, 3, NULL, 1, 0, 4600, 1, 1000, 4600, 4600, 0, 1, 0, NULL, 0, 'c', NULL, NULL, 'c@example.com', NULL, NULL, NULL, '{}');
INSERT INTO feed (position, calendar, kind, recorded_at, before_ref, after_ref, link) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 100.0, NULL, 1, NULL);
INSERT INTO feed (position, calendar, kind, recorded_at, before_ref, after_ref, link) OVERRIDING SYSTEM VALUE VALUES (2, 1, 1, 100.0, NULL, 2, NULL);
INSERT INTO feed (position, calendar, kind, recorded_at, before_ref, after_ref, link) OVERRIDING SYSTEM VALUE VALUES (3, 2, 1, 100.0, NULL, 3, NULL);
INSERT INTO feed (position, calendar, kind, recorded_at, before_ref, after_ref, link) OVERRIDING SYSTEM VALUE VALUES (4, 1, 2, 100.0, 1, 4, NULL);
UPDATE head SET position = 4;
INSERT INTO lease (name, owner, fence, expires_at) VALUES ('google:owner:primary', 'worker', 1, 60.0);
INSERT INTO lease (name, owner, fence, expires_at) VALUES ('google:owner:team@example.com', 'worker', 1, 60.0);
SELECT setval(pg_get_serial_sequence('calendar', 'calendar'), 2);
SELECT setval(pg_get_serial_sequence('event', 'ref'), 5);
SELECT setval(pg_get_serial_sequence('feed', 'position'), 4);
