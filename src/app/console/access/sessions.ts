import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type { ConsoleStore } from '../../../core/state/console/console-store.ts';
import type { Role } from '../api/endpoint.ts';
import { derived, hashOf, newSecret, type Random } from './secrets.ts';

/** Somebody who is signed in. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  readonly by: 'link' | 'token' | 'proxy' | 'oidc';
  /** When the session ends whatever they do; null: with the proxy's. */
  readonly until: number | null;
  /** What the header x-rolodesk-csrf must say. */
  readonly csrf: string;
  /** Of the session; undefined without one. */
  readonly session: string | undefined;
}

export type Person = Pick<Caller, 'name' | 'role' | 'by'>;

export interface Sessions {
  /** A one-time link's secret. It works once, for ten minutes. */
  createLink(): Promise<string>;
  useLink(secret: string): Promise<boolean>;
  /** Begins a session, and returns what its cookie holds. */
  begin(person: Person): Promise<string>;
  /** Undefined: there is no such session (any more). */
  find(secret: string): Promise<Caller | undefined>;
  end(session: string): Promise<void>;
}

const minuteMs = 60_000;
const linkMs = 10 * minuteMs;
/** A session ends so long after it began, and so long after it was last used. */
const sessionMs = 12 * 60 * minuteMs;
const idleMs = 2 * 60 * minuteMs;

const stored = z.object({
  name: z.string(),
  role: z.enum(['viewer', 'operator']),
  by: z.enum(['link', 'token', 'oidc']),
});

export function createSessions({
  store,
  clock,
  random,
}: {
  readonly store: ConsoleStore;
  readonly clock: Clock;
  readonly random: Random;
}): Sessions {
  async function keep(kind: 'link' | 'session', value: Record<string, string>, lastsMs: number): Promise<string> {
    const secret = newSecret(random);
    const now = clock.now();
    await store.saveTicket({ hash: hashOf(secret), kind, value, seenAt: now, expiresAt: now + lastsMs });
    return secret;
  }
  return {
    createLink: () => keep('link', {}, linkMs),
    useLink: async (secret) => (await store.useTicket('link', hashOf(secret))) !== undefined,
    begin: ({ name, role, by }) => keep('session', { name, role, by }, sessionMs),
    async find(secret) {
      const hash = hashOf(secret);
      const ticket = await store.ticket('session', hash);
      const person = stored.safeParse(ticket?.value).data;
      if (!ticket || !person) return undefined;
      const now = clock.now();
      if (now - ticket.seenAt >= idleMs) {
        await store.dropTicket(hash);
        return undefined;
      }
      if (now - ticket.seenAt >= minuteMs) await store.ticketSeen(hash);
      return { ...person, until: ticket.expiresAt, csrf: derived(secret, 'csrf'), session: hash };
    },
    end: (session) => store.dropTicket(session),
  };
}
