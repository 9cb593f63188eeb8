import PQueue from 'p-queue';
import { defined } from '../defined.ts';
import type { Json } from '../domain/json.ts';
import type { Listener } from '../service/events.ts';
import { stableJson } from '../stable-json.ts';
import type { NewMessage, RuleState } from '../state/alert-store.ts';
import type { AlertContext, AlertInput } from './alert-input.ts';
import { deliverMessages } from './deliver.ts';
import { type AlertMessage, openedText, resolvedText } from './message.ts';
import type { AlertPorts } from './ports.ts';
import type { Rule } from './rules.ts';

export interface Alerts {
  /** Evaluates what happened, records which incidents began and ended, and notifies. Never rejects: alerts disturb no run. */
  observe(occurrence: AlertInput): Promise<void>;
  /** The same for a service's events; it waits for nothing. */
  readonly listener: Listener;
  isIdle(): boolean;
  /** Resolves when all that was observed is evaluated and delivery was tried. */
  idle(): Promise<void>;
}

/** Notifies once when an incident starts and once when it is resolved, also across restarts: both are in the state. */
export function createAlerts(ports: AlertPorts): Alerts {
  const { pipeline, id, store, rules, facts, log, redact, targets } = ports;
  /** What happens is evaluated in its order. */
  const queue = new PQueue({ concurrency: 1 });

  async function evaluate(occurrence: AlertInput): Promise<void> {
    const now = await facts();
    const known = new Map((await store.ruleStates(id)).map((state) => [state.rule, state]));
    const states: RuleState[] = [];
    const messages: NewMessage[] = [];
    for (const rule of rules) {
      const before = known.get(rule.name);
      const { state, message } = advance(rule, before, occurrence, now);
      if (stableJson(stateJson(state)) !== stableJson(before ? stateJson(before) : null)) states.push(state);
      if (!message) continue;
      log.warn({ pipeline, rule: rule.name, state: message.state }, 'alert');
      // Plain data, as it is sent.
      const json: Json = { ...message };
      for (const { name } of targets) messages.push({ target: name, message: json, at: occurrence.at });
    }
    if (states.length > 0 || messages.length > 0) await store.saveRules(id, { rules: states, messages });
  }

  function advance(
    rule: Rule,
    before: RuleState | undefined,
    occurrence: AlertInput,
    now: AlertContext,
  ): { readonly state: RuleState; readonly message?: AlertMessage } {
    const { verdict, memory, what = '' } = rule.evaluate({ memory: before?.memory ?? null, occurrence, facts: now });
    const since = before?.openSince;
    const closed: RuleState = { rule: rule.name, memory };
    const common = { pipeline, rule: rule.name, at: new Date(occurrence.at).toISOString() };
    if (verdict === 'wrong' && since === undefined)
      return {
        state: { ...closed, openSince: occurrence.at },
        message: { ...common, state: 'open', since: common.at, text: redact(openedText(pipeline, what)) },
      };
    if (verdict === 'well' && since !== undefined)
      return {
        state: closed,
        message: { ...common, state: 'over', since: new Date(since).toISOString(), text: resolvedText(common, since) },
      };
    return { state: since === undefined ? closed : { ...closed, openSince: since } };
  }

  async function observe(occurrence: AlertInput): Promise<void> {
    try {
      await queue.add(async () => {
        await evaluate(occurrence);
        await deliverMessages(ports);
      });
    } catch (error) {
      // Logged and sent to nobody: a run must not fail because of an alert.
      log.error({ pipeline, error: redact(error instanceof Error ? error.message : String(error)) }, 'alerts failed');
    }
  }

  return {
    observe,
    listener(event) {
      if ('pipeline' in event && event.pipeline !== pipeline) return;
      const occurrence = occurrenceOf(event);
      if (occurrence) void observe(occurrence);
    },
    isIdle: () => queue.size === 0 && queue.pending === 0,
    idle: () => queue.onIdle(),
  };
}

/** A manual run may be of any kind. A run that follows a change is one of some keys as a rule. */
const readsOf = { schedule: 'changes', 'catch-up': 'changes', manual: 'everything', change: 'some' } as const;

function occurrenceOf(event: Parameters<Listener>[0]): AlertInput | undefined {
  switch (event.kind) {
    case 'run-ended': {
      return { kind: 'ended', at: event.at, report: event.report, reads: readsOf[event.trigger] };
    }
    case 'run-rejected': {
      const { at, code, message, hint } = event;
      return { kind: 'refused', at, code, message, ...defined({ hint }) };
    }
    case 'tick':
      return { kind: 'tick', at: event.at };
    case 'run-started':
    case 'runs-missed':
    case 'config-reloaded':
    case 'config-rejected':
      return undefined;
    default:
      return event satisfies never;
  }
}

function stateJson({ rule, memory, openSince }: RuleState): Json {
  return { rule, memory, openSince: openSince ?? null };
}
