import type { PendingRecord } from '../run-state.ts';
import type { DecisionLog } from './decision-log.ts';
import type { MatchContext } from './match-context.ts';

export interface EmailClaims {
  /**
   * Which customer may use an address: the first in reading order, as long as its own address stays the same. `wait`:
   * another key has the claim, but may give it up before the end of the read.
   */
  claim(item: PendingRecord, email: string | undefined): 'free' | 'wait' | 'held';
  /** The key gives up its claim. */
  release(key: string): void;
}

export function createEmailClaims(context: MatchContext, { changes, linkChanged }: DecisionLog<unknown>): EmailClaims {
  return {
    claim(item, email) {
      const { key } = item.record;
      const own = context.emailOf(key);
      if (own !== undefined && own !== email) {
        context.release(own);
        changes.release.push(own);
        linkChanged(key);
      }
      if (email === undefined) return 'free';
      const holder = context.holderOf(email);
      if (holder !== undefined && holder !== key) return item.phase === 'scan' ? 'wait' : 'held';
      if (holder === undefined) {
        context.claim(email, key);
        changes.claims.push({ email, key });
        linkChanged(key);
      }
      return 'free';
    },
    release(key) {
      const email = context.emailOf(key);
      if (email === undefined) return;
      context.release(email);
      const mine = changes.claims.findIndex((claim) => claim.email === email);
      if (mine >= 0) changes.claims.splice(mine, 1);
      changes.release.push(email);
    },
  };
}
