/** The tables of the state, as both databases have them. What is added to one is added to the other, in migrations of its own. */

export type ColumnType = 'text' | 'integer';

export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** The primary key. */
  readonly key: readonly string[];
  /** Whose rows they are: of a pipeline, or of a destination that several pipelines may share. */
  readonly owner: 'pipeline' | 'destination';
  /** Unique within one owner; an index sorts by it. */
  readonly order: readonly string[];
}

/** A row, in the order of its table's columns. */
export type Values = readonly (string | number | null)[];

function table(
  name: string,
  key: readonly string[],
  columns: Readonly<Record<string, ColumnType>>,
  order: readonly string[] = key.filter((column) => column !== 'pipeline' && column !== 'destination'),
): Table {
  return { name, columns, key, owner: 'pipeline' in columns ? 'pipeline' : 'destination', order };
}

const text = 'text';
const integer = 'integer';
const pipeline = integer;

export const tables = {
  checkpoints: table('checkpoints', ['pipeline'], {
    pipeline,
    cursor: text,
    fingerprint: text,
    saved_at: integer,
  }),
  directories: table('directories', ['destination'], {
    destination: text,
    cursor: text,
    fields: text,
    filled_at: integer,
  }),
  users: table('users', ['destination', 'id'], {
    destination: text,
    id: text,
    external_id: text,
    email: text,
    role: text,
    active: integer,
    fields: text,
    updated_at: integer,
  }),
  links: table('links', ['pipeline', 'key'], {
    pipeline,
    key: text,
    external_id: text,
    destination_id: text,
    origin: text,
    sent: text,
    stored: text,
    written_at: integer,
    deactivated: text,
  }),
  claims: table('claims', ['pipeline', 'address'], { pipeline, address: text, key: text }),
  deadLetters: table('dead_letters', ['pipeline', 'key'], {
    pipeline,
    key: text,
    code: text,
    message: text,
    record: text,
    payload_hash: text,
    run: text,
    at: integer,
    blocked_by_user_id: text,
    blocked_by_email: text,
    due: integer,
    detail: text,
  }),
  pending: table('pending', ['pipeline', 'key'], {
    pipeline,
    key: text,
    reason: text,
    address: text,
    record: text,
    due: integer,
  }),
  emailRecords: table('email_records', ['pipeline', 'key'], {
    pipeline,
    key: text,
    address: text,
    active: integer,
    record: text,
  }),
  deferred: table('deferred', ['pipeline', 'key'], {
    pipeline,
    key: text,
    sequence: integer,
    stage: text,
    parent: text,
    record: text,
    attempts: integer,
    depth: integer,
  }),
  batches: table('batches', ['id'], {
    id: text,
    pipeline,
    run: text,
    operation: text,
    rows: text,
    job_id: text,
    requested_at: integer,
  }),
  runs: table(
    'runs',
    ['id'],
    {
      id: text,
      pipeline,
      kind: text,
      outcome: text,
      started_at: integer,
      finished_at: integer,
      report: text,
      undone_by: text,
      number: integer,
    },
    ['number'],
  ),
  results: table(
    'results',
    ['run', 'key'],
    {
      run: text,
      key: text,
      pipeline,
      outcome: text,
      code: text,
      message: text,
      destination_id: text,
      changes: text,
      previous_last_sent: text,
      at: integer,
      detail: text,
    },
    ['key', 'run'],
  ),
  facts: table('facts', ['destination'], { destination: text, facts: text }),
  schedules: table('schedules', ['pipeline'], {
    pipeline,
    schedule: text,
    handled_at: integer,
    run_pending: integer,
    missed: integer,
    last_missed_at: integer,
  }),
  inbox: table('inbox', ['pipeline', 'id', 'key'], {
    pipeline,
    id: text,
    key: text,
    kind: text,
    sequence: integer,
    received_at: integer,
    processed_at: integer,
  }),
  alertRules: table('alert_rules', ['pipeline', 'rule'], {
    pipeline,
    rule: text,
    memory: text,
    open_since: integer,
  }),
  alertMessages: table('alert_messages', ['id'], {
    id: integer,
    pipeline,
    target: text,
    message: text,
    at: integer,
    attempts: integer,
    due_at: integer,
  }),
} as const;
