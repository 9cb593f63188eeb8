/** Each entry takes the file from version n to n+1. Entries are never changed once released, only added. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE pipelines (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, source_connector TEXT NOT NULL, source_origin TEXT NOT NULL, source_account TEXT NOT NULL,
    destination_origin TEXT NOT NULL, hold TEXT,
    UNIQUE (name, source_connector, source_origin, source_account, destination_origin)
  );
  CREATE TABLE checkpoints (pipeline INTEGER PRIMARY KEY, cursor TEXT NOT NULL, fingerprint TEXT NOT NULL, saved_at INTEGER NOT NULL);
  CREATE TABLE directories (destination TEXT PRIMARY KEY, cursor TEXT NOT NULL, fields TEXT NOT NULL, filled_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE users (
    destination TEXT NOT NULL, id TEXT NOT NULL, external_id TEXT, email TEXT, role TEXT NOT NULL, active INTEGER NOT NULL,
    fields TEXT, updated_at INTEGER NOT NULL,
    PRIMARY KEY (destination, id)
  ) WITHOUT ROWID;
  CREATE INDEX users_by_external_id ON users (destination, external_id) WHERE external_id IS NOT NULL;
  CREATE INDEX users_by_email ON users (destination, email) WHERE email IS NOT NULL;
  CREATE TABLE links (
    pipeline INTEGER NOT NULL, key TEXT NOT NULL, external_id TEXT NOT NULL, destination_id TEXT NOT NULL, origin TEXT NOT NULL,
    sent TEXT NOT NULL, stored TEXT, written_at INTEGER NOT NULL, deactivated TEXT,
    PRIMARY KEY (pipeline, key)
  ) WITHOUT ROWID;
  CREATE INDEX links_by_user ON links (pipeline, destination_id);
  CREATE INDEX links_by_external_id ON links (pipeline, external_id);
  CREATE TABLE claims (pipeline INTEGER NOT NULL, address TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (pipeline, address)) WITHOUT ROWID;
  CREATE INDEX claims_by_key ON claims (pipeline, key);
  CREATE TABLE dead_letters (
    pipeline INTEGER NOT NULL, key TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, record TEXT NOT NULL,
    payload_hash TEXT NOT NULL, run TEXT NOT NULL, at INTEGER NOT NULL, watched_id TEXT, watched_address TEXT, due INTEGER NOT NULL,
    PRIMARY KEY (pipeline, key)
  ) WITHOUT ROWID;
  CREATE INDEX letters_by_watched_id ON dead_letters (watched_id) WHERE watched_id IS NOT NULL;
  CREATE INDEX letters_by_watched_address ON dead_letters (watched_address) WHERE watched_address IS NOT NULL;
  CREATE TABLE pending (
    pipeline INTEGER NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, address TEXT, record TEXT NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY (pipeline, key)
  ) WITHOUT ROWID;
  CREATE INDEX pending_by_address ON pending (pipeline, address) WHERE address IS NOT NULL;
  CREATE TABLE waiting (
    pipeline INTEGER NOT NULL, key TEXT NOT NULL, sequence INTEGER NOT NULL, stage TEXT NOT NULL, parent TEXT, record TEXT NOT NULL,
    attempts INTEGER NOT NULL, depth INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (pipeline, key)
  ) WITHOUT ROWID;
  CREATE INDEX waiting_in_order ON waiting (pipeline, stage, depth, sequence);
  CREATE INDEX waiting_by_parent ON waiting (pipeline, parent) WHERE parent IS NOT NULL;
  CREATE TABLE batches (
    id TEXT PRIMARY KEY, pipeline INTEGER NOT NULL, run TEXT NOT NULL, lane TEXT NOT NULL, rows TEXT NOT NULL, job_id TEXT,
    requested_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, pipeline INTEGER NOT NULL, kind TEXT NOT NULL, outcome TEXT NOT NULL, started_at INTEGER NOT NULL,
    finished_at INTEGER, report TEXT, undone_by TEXT, number INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX runs_in_order ON runs (pipeline, number);
  CREATE TABLE results (
    run TEXT NOT NULL, key TEXT NOT NULL, pipeline INTEGER NOT NULL, outcome TEXT NOT NULL, code TEXT, message TEXT,
    destination_id TEXT, changes TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (run, key)
  ) WITHOUT ROWID;
  CREATE INDEX results_by_key ON results (pipeline, key);
  CREATE TABLE credentials (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  `,
  'ALTER TABLE results ADD COLUMN sent_before TEXT;',
  `
  ALTER TABLE results ADD COLUMN detail TEXT;
  ALTER TABLE dead_letters ADD COLUMN detail TEXT;
  CREATE TABLE facts (destination TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
  `,
  'CREATE TABLE schedules (pipeline INTEGER PRIMARY KEY, schedule TEXT NOT NULL, handled_at INTEGER NOT NULL, owed INTEGER NOT NULL, missed INTEGER NOT NULL, last_missed_at INTEGER);',
  `
  CREATE TABLE inbox (
    pipeline INTEGER NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, sequence INTEGER NOT NULL,
    heard_at INTEGER NOT NULL, settled_at INTEGER,
    PRIMARY KEY (pipeline, id, key)
  ) WITHOUT ROWID;
  CREATE INDEX inbox_in_order ON inbox (pipeline, sequence);
  CREATE INDEX inbox_waiting ON inbox (pipeline, sequence) WHERE settled_at IS NULL;
  CREATE INDEX inbox_by_key ON inbox (pipeline, key);
  `,
  `
  CREATE TABLE alert_rules (
    pipeline INTEGER NOT NULL, rule TEXT NOT NULL, memory TEXT NOT NULL, open_since INTEGER,
    PRIMARY KEY (pipeline, rule)
  ) WITHOUT ROWID;
  CREATE TABLE alert_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, pipeline INTEGER NOT NULL, target TEXT NOT NULL, message TEXT NOT NULL,
    at INTEGER NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
  );
  `,
  // A whole record lies next to these keys. Without an index of their own, each look at one reads records from overflow pages.
  `
  CREATE INDEX letters_by_key ON dead_letters (pipeline, key);
  CREATE INDEX pending_by_key ON pending (pipeline, key);
  CREATE INDEX waiting_by_key ON waiting (pipeline, key);
  `,
  "UPDATE waiting SET stage = 'deferred' WHERE stage = 'turn'",
  // The names that the source code uses.
  `
  ALTER TABLE batches RENAME COLUMN lane TO operation;
  ALTER TABLE inbox RENAME COLUMN heard_at TO received_at;
  ALTER TABLE inbox RENAME COLUMN settled_at TO processed_at;
  ALTER TABLE schedules RENAME COLUMN owed TO run_pending;
  ALTER TABLE results RENAME COLUMN sent_before TO previous_last_sent;
  ALTER TABLE dead_letters RENAME COLUMN watched_id TO blocked_by_user_id;
  ALTER TABLE dead_letters RENAME COLUMN watched_address TO blocked_by_email;
  DROP INDEX inbox_waiting;
  CREATE INDEX inbox_unprocessed ON inbox (pipeline, sequence) WHERE processed_at IS NULL;
  DROP INDEX letters_by_watched_id;
  DROP INDEX letters_by_watched_address;
  CREATE INDEX letters_by_blocking_user ON dead_letters (blocked_by_user_id) WHERE blocked_by_user_id IS NOT NULL;
  CREATE INDEX letters_by_blocking_email ON dead_letters (blocked_by_email) WHERE blocked_by_email IS NOT NULL;
  ALTER TABLE waiting RENAME TO deferred;
  DROP INDEX waiting_in_order;
  DROP INDEX waiting_by_parent;
  DROP INDEX waiting_by_key;
  CREATE INDEX deferred_in_order ON deferred (pipeline, stage, depth, sequence);
  CREATE INDEX deferred_by_parent ON deferred (pipeline, parent) WHERE parent IS NOT NULL;
  CREATE INDEX deferred_by_key ON deferred (pipeline, key);
  `,
  `
  CREATE TABLE service_entries (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, written_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE credentials ADD COLUMN key_id TEXT;
  CREATE TABLE copies (pipeline INTEGER PRIMARY KEY, origin TEXT NOT NULL, done TEXT NOT NULL);
  `,
  // What a web console keeps, and plans that wait there for approval.
  `
  CREATE TABLE console_tickets (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE console_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, act TEXT NOT NULL,
    pipeline TEXT, subject TEXT, outcome TEXT NOT NULL, detail TEXT
  );
  CREATE TABLE console_documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, pipeline TEXT NOT NULL, value TEXT NOT NULL, written_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE TABLE console_events (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE plan_changes (
    pipeline INTEGER NOT NULL, plan TEXT NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (pipeline, plan, position)
  ) WITHOUT ROWID;
  CREATE INDEX plan_changes_by_action ON plan_changes (pipeline, plan, action, position);
  CREATE INDEX plan_changes_by_key ON plan_changes (pipeline, key);
  `,
  // Customers by their address, where those of one address share a user.
  `
  CREATE TABLE email_records (
    pipeline INTEGER NOT NULL, key TEXT NOT NULL, address TEXT NOT NULL, active INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (pipeline, key)
  );
  CREATE INDEX email_records_by_address ON email_records (pipeline, address);
  `,
];
