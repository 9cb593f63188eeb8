import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { type Given, isSuccess, type RuleEvaluation } from './alert-input.ts';
import type { AlertRules } from './config.ts';
import { detectVolumeAnomaly } from './volume.ts';

const dayMs = 86_400_000;

export interface Rule {
  readonly name: string;
  /** Pure. Called with every occurrence, in order. */
  evaluate(given: Given): RuleEvaluation;
}

/** The rules that are switched on. `remedyForHeld`: how somebody looks at held deactivations and allows them, in the words of the program. */
export function createRules(
  settings: AlertRules,
  { remedyForHeld }: { readonly remedyForHeld?: string | undefined } = {},
): readonly Rule[] {
  const { failedRuns, rejectRate, rejectMinimum, volumeSwing, noSuccess, tokenExpiry, heldDeactivations } = settings;
  return [
    ...(failedRuns === false ? [] : [failures(failedRuns)]),
    ...(rejectRate === false ? [] : [rejects(Number.parseFloat(rejectRate) / 100, rejectMinimum)]),
    ...(volumeSwing === false
      ? []
      : [{ name: 'volume', evaluate: (given: Given): RuleEvaluation => detectVolumeAnomaly(given, volumeSwing) }]),
    ...(noSuccess === false ? [] : [successes(noSuccess)]),
    ...(tokenExpiry === false ? [] : [expiry(tokenExpiry)]),
    ...(heldDeactivations ? [held(remedyForHeld)] : []),
  ];
}

const unknown = (memory: Json): RuleEvaluation => ({ verdict: 'unknown', memory });

function failures(most: number): Rule {
  const known = z.number().catch(0);
  return {
    name: 'failed-runs',
    evaluate({ memory, occurrence }) {
      if (occurrence.kind === 'tick') return unknown(memory);
      // Another run is going on: that is what overlapping schedules look like.
      if (occurrence.kind === 'refused' && occurrence.code === 'locked') return unknown(memory);
      if (occurrence.kind === 'ended') {
        if (isSuccess(occurrence.report)) return { verdict: 'well', memory: 0 };
        // Asked to stop: neither.
        if (occurrence.report.outcome !== 'failed') return unknown(memory);
      }
      const reason = occurrence.kind === 'refused' ? occurrence : occurrence.report.error;
      const { code, message, hint = '' } = reason ?? { code: 'bug', message: '' };
      const count = known.parse(memory) + 1;
      if (count < most) return unknown(count);
      const which = count === 1 ? 'the sync failed' : `${count} syncs in a row failed`;
      return { verdict: 'wrong', memory: count, what: `${which} (${code}): ${message} ${hint}`.trimEnd() };
    },
  };
}

function rejects(share: number, minimum: number): Rule {
  return {
    name: 'reject-rate',
    evaluate({ memory, occurrence, facts }) {
      if (facts.rejectsWaiting === 0) return { verdict: 'well', memory };
      if (occurrence.kind !== 'ended' || !isSuccess(occurrence.report)) return unknown(memory);
      const { read, rejected } = occurrence.report.tallies;
      if (rejected >= minimum && rejected / read > share) {
        const percent = Math.round((rejected / read) * 100);
        return { verdict: 'wrong', memory, what: `${rejected} of ${read} customers were rejected (${percent} %)` };
      }
      // A handful of customers says nothing about the rate.
      return read >= minimum / share ? { verdict: 'well', memory } : unknown(memory);
    },
  };
}

function successes(most: number): Rule {
  const known = z.object({ since: z.number() });
  return {
    name: 'no-success',
    evaluate({ memory, occurrence, facts }) {
      const { at } = occurrence;
      if (occurrence.kind === 'ended' && occurrence.reads !== 'some' && isSuccess(occurrence.report))
        return { verdict: 'well', memory: { since: at } };
      const since = known.safeParse(memory).data?.since;
      // Before the first success it counts from when it first looked.
      if (since === undefined) return unknown({ since: at });
      // The first one due that brought nothing, and so many intervals after it.
      if (facts.due(since, at, most + 1) <= most) return unknown(memory);
      const what = `no sync has succeeded since ${new Date(since).toISOString()}, ${most} intervals of the schedule and more`;
      return { verdict: 'wrong', memory, what };
    },
  };
}

function expiry(days: number): Rule {
  return {
    name: 'token-expiry',
    evaluate({ memory, occurrence, facts }) {
      const soon = facts.expiries.filter(({ at }) => at - occurrence.at < days * dayMs);
      if (soon.length === 0) return { verdict: 'well', memory };
      const list = soon.map(({ what, at }) => `${what} on ${new Date(at).toISOString().slice(0, 10)}`);
      return { verdict: 'wrong', memory, what: `expires soon: ${list.join('; ')}` };
    },
  };
}

function held(remedy = 'somebody must allow them'): Rule {
  return {
    name: 'held-deactivations',
    evaluate({ memory, facts }) {
      if (facts.deactivationsHeld === 0) return { verdict: 'well', memory };
      return { verdict: 'wrong', memory, what: `${facts.deactivationsHeld} deactivations are held: ${remedy}` };
    },
  };
}
