import PQueue from 'p-queue';
import type { CallContext } from '../../../core/domain/context.ts';
import type { RecordError } from '../../../core/domain/errors.ts';
import type { PastRun } from '../../../core/domain/revert.ts';
import { createPageGuard } from '../../../core/records/page-guard.ts';
import type { ZendeskApi } from '../api/api.ts';
import type { TicketRow } from '../api/api-schemas.ts';
import { unlessRefused } from '../api/call-for-user.ts';
import { inParallel } from '../jobs/in-parallel.ts';
import { exportLagMs } from '../limits.ts';

/** Ten exports a minute are allowed: one page takes as long as this many other calls on a mid-size account. */
const callsPerExport = 40;

interface TicketCounts {
  /** An error for a user about whom Zendesk does not say it. */
  readonly counts: ReadonlyMap<string, number | RecordError>;
  /** The number of calls that it took. */
  readonly lookups: number;
}

/** The tickets that have been read since a run started. */
interface Reading {
  readonly since: number;
  readonly holders: Set<string>;
  from: { readonly cursor: string } | { readonly startTime: number };
  readAt: number | undefined;
  /** At most as many calls as asking about each user would take. At 0, each user is asked about. */
  pagesLeft: number;
}

/**
 * Says how many tickets the users have that a run created. They had none before it, so the export of tickets since then
 * shows who may have some (by the system's time, whatever an import claims); the newest tickets cover its last minute.
 * Only those users are asked about one by one, or all of them, if that is faster or we may not export.
 */
export function createTicketHolders(
  api: Pick<ZendeskApi, 'countTickets' | 'exportTickets' | 'newestTickets' | 'serverNow'>,
) {
  /** Batches in flight together read the tickets only once. */
  const queue = new PQueue({ concurrency: 1 });
  let reading: Reading | undefined;

  async function count(ids: readonly string[], past: PastRun, context: CallContext): Promise<TicketCounts> {
    if (ids.length === 0) return { counts: new Map(), lookups: 0 };
    const { mayHave, lookups } = await queue.add(() => read(past, context));
    const asked = ids.filter(mayHave);
    const counts = await inParallel(asked, async (id) => [id, await countOf(id, context)] as const);
    return { counts: new Map(counts), lookups: lookups + asked.length };
  }

  async function countOf(id: string, { signal }: CallContext): Promise<number | RecordError> {
    return await unlessRefused<number | RecordError>(
      () => api.countTickets(id, signal),
      (error) => error,
    );
  }

  async function read({ since, writes }: PastRun, context: CallContext) {
    if (reading?.since !== since) reading = begin(since, Math.floor(writes / callsPerExport));
    const { holders } = reading;
    const lookups =
      (await readExport(reading, context)) + (reading.pagesLeft > 0 ? await readNewest(holders, context) : 0);
    const isExported = reading.pagesLeft > 0;
    return { mayHave: (id: string): boolean => !isExported || holders.has(id), lookups };
  }

  function begin(since: number, pagesLeft: number): Reading {
    const startTime = Math.floor(Math.min(since, api.serverNow() - exportLagMs) / 1000);
    return { since, holders: new Set(), from: { startTime }, readAt: undefined, pagesLeft };
  }

  /** Continues where the last read ended, once there can be something new. */
  async function readExport(of: Reading, { signal }: CallContext): Promise<number> {
    const now = api.serverNow();
    if (of.readAt !== undefined && now < of.readAt + exportLagMs / 2) return 0;
    let lookups = 0;
    while (of.pagesLeft > 0) {
      lookups += 1;
      const page = await api.exportTickets(of.from, signal);
      of.pagesLeft = page ? of.pagesLeft - 1 : 0;
      if (!page) break;
      note(page.tickets, of.holders);
      if (page.cursor !== undefined) of.from = { cursor: page.cursor };
      if (page.isEnd || page.cursor === undefined) {
        of.readAt = now;
        of.pagesLeft = Math.max(1, of.pagesLeft);
        break;
      }
    }
    return lookups;
  }

  async function readNewest(holders: Set<string>, { signal }: CallContext): Promise<number> {
    const since = api.serverNow() - exportLagMs;
    const guard = createPageGuard('Zendesk');
    for (let page = 1; ; page += 1) {
      const tickets = await api.newestTickets(page, signal);
      note(tickets, holders);
      const last = Date.parse(tickets.at(-1)?.created_at ?? '');
      if (Number.isNaN(last) || last < since) return page;
      guard(
        tickets.map(({ id }) => String(id)),
        page + 1,
      );
    }
  }

  return { count };
}

export type TicketHolders = ReturnType<typeof createTicketHolders>;

/** All users that a ticket names. */
function note(tickets: readonly TicketRow[], holders: Set<string>): void {
  for (const { requester_id, submitter_id, assignee_id, collaborator_ids, follower_ids, email_cc_ids } of tickets) {
    const named = [requester_id, submitter_id, assignee_id, ...(collaborator_ids ?? [])];
    for (const id of [...named, ...(follower_ids ?? []), ...(email_cc_ids ?? [])])
      if (id !== undefined && id !== null) holders.add(String(id));
  }
}
