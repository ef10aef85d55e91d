-- A store as version 1 of the schema left it: two calendars, one of them in the middle of a pass,
-- a feed that somebody has read in part, and no more.
PRAGMA application_id = 1802265715;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE budget (name TEXT PRIMARY KEY, body TEXT);
CREATE TABLE calendar (
        calendar INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        passes INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0,
        first_ref INTEGER NOT NULL DEFAULT 1,
        cursor_token TEXT,
        cursor_fingerprint TEXT,
        checkpoint TEXT,
        zone TEXT,
        synced_at REAL,
        UNIQUE (provider, account, name)
    );
INSERT INTO "calendar" VALUES(1,'google','owner','primary',2,2,5,'next','query','{"full": true, "fingerprint": "query", "position": "page-1", "pages": 1, "reason": "test", "complete": false, "cursor": null, "zone": null, "since": null}',NULL,100.0);
INSERT INTO "calendar" VALUES(2,'google','owner','team@example.com',1,1,3,'next','query',NULL,NULL,100.0);
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
CREATE TABLE consumer (
        calendar INTEGER NOT NULL,
        name TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (calendar, name)
    ) WITHOUT ROWID;
INSERT INTO "consumer" VALUES(0,'crm',3);
INSERT INTO "consumer" VALUES(1,'crm',2);
CREATE TABLE event (
        ref INTEGER PRIMARY KEY,
        calendar INTEGER NOT NULL,
        born INTEGER NOT NULL,
        died INTEGER,
        verdict INTEGER NOT NULL,
        bucket INTEGER,
        until INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        start INTEGER,
        finish INTEGER,
        last_end INTEGER,
        all_day INTEGER NOT NULL,
        busy INTEGER NOT NULL,
        declined INTEGER NOT NULL,
        original INTEGER,
        original_all_day INTEGER NOT NULL,
        id TEXT NOT NULL,
        series TEXT,
        zone TEXT,
        uid TEXT,
        lineage TEXT,
        created TEXT,
        recurrence TEXT,
        raw TEXT NOT NULL
    );
INSERT INTO "event" VALUES(1,1,1,2,1,0,4600,1,1000,4600,4600,0,1,0,NULL,0,'a',NULL,NULL,'a@example.com',NULL,NULL,NULL,'{}');
INSERT INTO "event" VALUES(2,1,1,NULL,1,NULL,9223372036854775807,2,1000,4600,NULL,0,1,0,NULL,0,'s',NULL,'Europe/Paris',NULL,NULL,NULL,'RRULE:FREQ=DAILY','{}');
INSERT INTO "event" VALUES(3,2,1,NULL,1,0,4600,1,1000,4600,4600,0,1,0,NULL,0,'b',NULL,NULL,'b@example.com',NULL,NULL,NULL,'{}');
INSERT INTO "event" VALUES(4,1,2,NULL,2,0,4600,1,1000,4600,4600,0,1,0,NULL,0,'a',NULL,NULL,'a@example.com',NULL,NULL,NULL,'2');
INSERT INTO "event" VALUES(5,1,3,NULL,1,0,4600,1,1000,4600,4600,0,1,0,NULL,0,'c',NULL,NULL,'c@example.com',NULL,NULL,NULL,'{}');
CREATE TABLE feed (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        calendar INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        recorded_at REAL NOT NULL,
        before_ref INTEGER,
        after_ref INTEGER,
        link TEXT
    );
INSERT INTO "feed" VALUES(1,1,1,100.0,NULL,1,NULL);
INSERT INTO "feed" VALUES(2,1,1,100.0,NULL,2,NULL);
INSERT INTO "feed" VALUES(3,2,1,100.0,NULL,3,NULL);
INSERT INTO "feed" VALUES(4,1,2,100.0,1,4,NULL);
CREATE TABLE head (position INTEGER NOT NULL);
INSERT INTO "head" VALUES(4);
CREATE TABLE lease (
        name TEXT PRIMARY KEY,
        owner TEXT,
        fence INTEGER NOT NULL,
        expires_at REAL NOT NULL
    ) WITHOUT ROWID;
INSERT INTO "lease" VALUES('google:owner:primary','worker',1,60.0);
INSERT INTO "lease" VALUES('google:owner:team@example.com','worker',1,60.0);
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
CREATE TABLE link (
        calendar INTEGER NOT NULL,
        old TEXT NOT NULL,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (calendar, old)
    ) WITHOUT ROWID;
CREATE TABLE quarantine (
        calendar INTEGER NOT NULL,
        staged INTEGER NOT NULL,
        slot TEXT NOT NULL,
        id TEXT,
        reason TEXT NOT NULL,
        raw TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (calendar, staged, slot)
    );
CREATE TABLE seen (
        calendar INTEGER NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (calendar, id)
    ) WITHOUT ROWID;
CREATE TABLE span (bucket INTEGER PRIMARY KEY, reach INTEGER NOT NULL);
INSERT INTO "span" VALUES(0,4096);
INSERT INTO "span" VALUES(1,8192);
INSERT INTO "span" VALUES(2,16384);
INSERT INTO "span" VALUES(3,32768);
INSERT INTO "span" VALUES(4,65536);
INSERT INTO "span" VALUES(5,131072);
INSERT INTO "span" VALUES(6,262144);
INSERT INTO "span" VALUES(7,524288);
INSERT INTO "span" VALUES(8,1048576);
INSERT INTO "span" VALUES(9,2097152);
INSERT INTO "span" VALUES(10,4194304);
INSERT INTO "span" VALUES(11,8388608);
INSERT INTO "span" VALUES(12,16777216);
INSERT INTO "span" VALUES(13,33554432);
INSERT INTO "span" VALUES(14,67108864);
INSERT INTO "span" VALUES(15,134217728);
INSERT INTO "span" VALUES(16,268435456);
INSERT INTO "span" VALUES(17,536870912);
INSERT INTO "span" VALUES(18,1073741824);
INSERT INTO "span" VALUES(19,2147483648);
INSERT INTO "span" VALUES(20,1152921504606846976);
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
CREATE UNIQUE INDEX event_id ON event (calendar, id, born);
CREATE INDEX event_placed ON event (calendar, bucket, start)
    WHERE bucket IS NOT NULL AND died IS NULL;
CREATE INDEX event_recurring ON event (calendar, until) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_moved ON event (calendar, original)
    WHERE original IS NOT NULL AND died IS NULL;
CREATE INDEX event_series ON event (calendar, series) WHERE series IS NOT NULL AND died IS NULL;
CREATE INDEX event_lineage ON event (calendar, lineage) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_created ON event (calendar, created) WHERE kind = 2 AND died IS NULL;
CREATE INDEX event_dead ON event (died) WHERE died IS NOT NULL;
CREATE INDEX feed_calendar ON feed (calendar, position);
CREATE INDEX channel_account ON channel (provider, account);
INSERT INTO "sqlite_sequence" VALUES('feed',4);
COMMIT;
