import { json, number, type Row, text } from '../rows.ts';
import type { ConsoleDocument, ConsoleStore, DocumentKind, LogEntry, Ticket, TicketKind } from './console-store.ts';
import type { PortableSql } from './portable-sql.ts';

/** The same in a file and in a database. */
export function openConsoleStore(sql: PortableSql): ConsoleStore {
  return { ...createTickets(sql), ...createLog(sql), ...createDocuments(sql), ...createEvents(sql), ...rest(sql) };
}

type Tickets = Pick<ConsoleStore, 'saveTicket' | 'ticket' | 'useTicket' | 'ticketSeen' | 'dropTicket'>;

function createTickets({ rows, write, now }: PortableSql): Tickets {
  const live = (row: Row | undefined, kind: TicketKind): Ticket | undefined => {
    if (!row || number(row, 'expires_at') <= now()) return undefined;
    return {
      kind,
      hash: text(row, 'hash'),
      value: json(row, 'value'),
      seenAt: number(row, 'seen_at'),
      expiresAt: number(row, 'expires_at'),
    };
  };
  return {
    saveTicket: ({ hash, kind, value, seenAt, expiresAt }) =>
      write([
        [
          'INSERT INTO {console_tickets} (hash, kind, value, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)',
          [hash, kind, JSON.stringify(value), seenAt, expiresAt],
        ],
      ]),
    async ticket(kind, hash) {
      const [row] = await rows('SELECT * FROM {console_tickets} WHERE hash = ? AND kind = ?', [hash, kind]);
      return live(row, kind);
    },
    async useTicket(kind, hash) {
      const [row] = await rows('DELETE FROM {console_tickets} WHERE hash = ? AND kind = ? RETURNING *', [hash, kind]);
      return live(row, kind);
    },
    ticketSeen: (hash) => write([['UPDATE {console_tickets} SET seen_at = ? WHERE hash = ?', [now(), hash]]]),
    dropTicket: (hash) => write([['DELETE FROM {console_tickets} WHERE hash = ?', [hash]]]),
  };
}

function createLog({ rows, write, now }: PortableSql): Pick<ConsoleStore, 'record' | 'log'> {
  return {
    record: ({ actor, role, act, pipeline, subject, outcome, detail }) =>
      write([
        [
          `INSERT INTO {console_log} (at, actor, role, act, pipeline, subject, outcome, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          [now(), actor, role, act, pipeline, subject, outcome, detail],
        ],
      ]),
    async log({ before, pipeline, actor, limit }) {
      const conditions: [string, string | number][] = [];
      if (before !== undefined) conditions.push(['number < ?', before]);
      if (pipeline !== undefined) conditions.push(['pipeline = ?', pipeline]);
      if (actor !== undefined) conditions.push(['actor = ?', actor]);
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([condition]) => condition).join(' AND ')}`;
      const values = [...conditions.map(([, value]) => value), limit];
      const found = await rows(`SELECT * FROM {console_log} ${where} ORDER BY number DESC LIMIT ?`, values);
      return found.map(logEntryOf);
    },
  };
}

function logEntryOf(row: Row): LogEntry {
  const outcome = text(row, 'outcome');
  return {
    number: number(row, 'number'),
    at: number(row, 'at'),
    actor: text(row, 'actor'),
    role: text(row, 'role'),
    act: text(row, 'act'),
    pipeline: textOrNull(row, 'pipeline'),
    subject: textOrNull(row, 'subject'),
    outcome: outcome === 'done' || outcome === 'refused' ? outcome : 'failed',
    detail: textOrNull(row, 'detail'),
  };
}

type Documents = Pick<ConsoleStore, 'saveDocument' | 'replaceDocument' | 'document' | 'documents' | 'dropDocument'>;

function createDocuments({ rows, write, now }: PortableSql): Documents {
  const documentOf = (row: Row, kind: DocumentKind): ConsoleDocument => ({
    kind,
    id: text(row, 'id'),
    pipeline: text(row, 'pipeline'),
    value: json(row, 'value'),
  });
  return {
    saveDocument: ({ kind, id, pipeline, value }) =>
      write([
        [
          `INSERT INTO {console_documents} (kind, id, pipeline, value, written_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value, written_at = excluded.written_at`,
          [kind, id, pipeline, JSON.stringify(value), now()],
        ],
      ]),
    async replaceDocument({ kind, id, value }, expected) {
      const changed = await rows(
        `UPDATE {console_documents} SET value = ?, written_at = ? WHERE kind = ? AND id = ? AND value = ? RETURNING id`,
        [JSON.stringify(value), now(), kind, id, JSON.stringify(expected)],
      );
      return changed.length > 0;
    },
    async document(kind, id) {
      const [row] = await rows('SELECT * FROM {console_documents} WHERE kind = ? AND id = ?', [kind, id]);
      return row && documentOf(row, kind);
    },
    async documents(kind, { before, pipeline, limit }) {
      const values = [
        kind,
        ...(before === undefined ? [] : [before]),
        ...(pipeline === undefined ? [] : [pipeline]),
        limit,
      ];
      const more = `${before === undefined ? '' : ' AND id < ?'}${pipeline === undefined ? '' : ' AND pipeline = ?'}`;
      const sql = `SELECT * FROM {console_documents} WHERE kind = ?${more} ORDER BY id DESC LIMIT ?`;
      return (await rows(sql, values)).map((row) => documentOf(row, kind));
    },
    dropDocument: (kind, id) => write([['DELETE FROM {console_documents} WHERE kind = ? AND id = ?', [kind, id]]]),
  };
}

function createEvents({ rows, append, now }: PortableSql): Pick<ConsoleStore, 'addEvents' | 'events' | 'eventRange'> {
  return {
    addEvents: (events) =>
      append(
        events.map((value) => [
          'INSERT INTO {console_events} (value, at) VALUES (?, ?)',
          [JSON.stringify(value), now()],
        ]),
      ),
    async events({ after, limit }) {
      const sql = 'SELECT id, value FROM {console_events} WHERE id > ? ORDER BY id LIMIT ?';
      return (await rows(sql, [after, limit])).map((row) => ({ id: number(row, 'id'), value: json(row, 'value') }));
    },
    async eventRange() {
      const [row] = await rows(
        'SELECT coalesce(min(id), 0) AS oldest, coalesce(max(id), 0) AS newest FROM {console_events}',
      );
      return { oldest: row ? number(row, 'oldest') : 0, newest: row ? number(row, 'newest') : 0 };
    },
  };
}

function rest({ write, now, close }: PortableSql): Pick<ConsoleStore, 'prune' | 'close'> {
  return {
    prune: ({ events, documents, log }) =>
      write([
        ['DELETE FROM {console_tickets} WHERE expires_at <= ?', [now()]],
        // The newest stays: its id says how far there were any.
        ['DELETE FROM {console_events} WHERE at < ? AND id < (SELECT max(id) FROM {console_events})', [events]],
        ["DELETE FROM {console_documents} WHERE written_at < ? AND kind IN ('task', 'cancel', 'plan')", [documents]],
        ['DELETE FROM {console_log} WHERE at < ?', [log]],
      ]),
    close,
  };
}

function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}
