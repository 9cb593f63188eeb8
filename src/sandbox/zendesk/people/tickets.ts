import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import { pageable, paged } from '../api/paging.ts';

interface PageTicket {
  readonly id: number;
  requester_id: number;
  readonly created_at: string;
  /** When the system touched it last, in ms: an import may claim any other time. */
  generatedAt: number;
}

const exportLagMs = 60_000;
const perExport = 1000;

/** Tickets, as far as users and organizations have some: who has asked for them, and when. */
export function createTickets(now: () => number) {
  let all: PageTicket[] = [];
  let nextId = 0;

  const of = (userId: number): readonly PageTicket[] => all.filter((ticket) => ticket.requester_id === userId);

  function add(userId: number, createdAt = now()): void {
    nextId += 1;
    const stamp = `${new Date(createdAt).toISOString().slice(0, 19)}Z`;
    all.push({ id: nextId, requester_id: userId, created_at: stamp, generatedAt: now() });
  }

  return {
    get: (userId: number): number => of(userId).length,
    /** The user has so many tickets. `createdAt`: what an import claims. */
    set(userId: number, count: number, { createdAt }: { readonly createdAt?: number } = {}): void {
      all = all.filter((ticket) => ticket.requester_id !== userId);
      for (let left = count; left > 0; left -= 1) add(userId, createdAt);
    },
    move(from: number, to: number): void {
      for (const ticket of of(from)) Object.assign(ticket, { requester_id: to, generatedAt: now() });
    },
    /** Everything the system has touched since, except for the last minute. */
    exported(query: URLSearchParams): TwinResponse {
      const cursor = query.get('cursor');
      const startMs = Number(query.get('start_time') ?? 0) * 1000;
      const [sinceMs = 0, lastId = 0] = cursor === null ? [startMs - 1, 0] : cursor.split('-').map(Number);
      const behind = all
        .filter(({ id, generatedAt }) => generatedAt > sinceMs || (generatedAt === sinceMs && id > lastId))
        .filter(({ generatedAt }) => generatedAt <= now() - exportLagMs)
        .sort((a, b) => a.generatedAt - b.generatedAt || a.id - b.id);
      const page = behind.slice(0, perExport);
      const last = page.at(-1);
      const next = last ? `${last.generatedAt}-${last.id}` : `${sinceMs}-${lastId}`;
      const end_of_stream = behind.length <= perExport;
      return { status: 200, body: { tickets: page.map(show), after_cursor: next, after_url: null, end_of_stream } };
    },
    /** Newest first where that is asked for. */
    listed(request: TwinRequest, origin: string): TwinResponse {
      const sorted = [...all].sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id);
      if (request.query.get('sort_order') === 'desc') sorted.reverse();
      return paged(request, { name: 'tickets', list: pageable(sorted), show, origin });
    },
  };
}

function show({ generatedAt, ...ticket }: PageTicket): object {
  const nobody = { assignee_id: null, collaborator_ids: [], email_cc_ids: [], follower_ids: [] };
  return {
    ...ticket,
    ...nobody,
    submitter_id: ticket.requester_id,
    updated_at: ticket.created_at,
    generated_timestamp: Math.floor(generatedAt / 1000),
  };
}

export type Tickets = ReturnType<typeof createTickets>;
