import { ConfigError } from '../../../core/domain/errors.ts';
import { isSameState } from '../../state/location.ts';
import type { PipelineFacts } from './facts.ts';

/** Configurations that one service follows. Each must fit those that came before it: the one that does not is refused. */
export interface Fit {
  /** Undefined: it fits, and counts from now on. */
  add(label: string, facts: PipelineFacts): ConfigError | undefined;
}

interface Earlier {
  readonly label: string;
  readonly facts: PipelineFacts;
}

export function createFit(): Fit {
  const names = new Map<string, Earlier>();
  const accounts = new Map<string, Earlier>();
  const tokens = new Map<string, Earlier>();

  function problemOf(label: string, facts: PipelineFacts): ConfigError | undefined {
    const sameName = names.get(facts.name);
    if (sameName)
      return new ConfigError(`${sameName.label} and ${label} both name the pipeline ${facts.name}.`, {
        code: 'two-pipelines',
        hint: 'Give each a name of its own with name:.',
      });
    return problemOfBudget(label, facts) ?? problemOfState(label, facts);
  }

  /** An account has one request budget: two different shares of it would be two budgets. */
  function problemOfBudget(label: string, { identity, budget }: PipelineFacts): ConfigError | undefined {
    const account = identity.destinationOrigin;
    const first = accounts.get(account);
    const key = (['reserve', 'maxJobs'] as const).find((one) => first && first.facts.budget[one] !== budget[one]);
    if (!first || key === undefined) return undefined;
    return new ConfigError(`${first.label} and ${label} write to ${account} and differ in destination.${key}.`, {
      code: 'two-budgets',
      hint: 'Pipelines that write to one account share its budget: give both the same value.',
    });
  }

  /**
   * A rotated refresh token is stored in the state: two pipelines with one token need one state, or one would not see
   * what the other renewed.
   */
  function problemOfState(label: string, facts: PipelineFacts): ConfigError | undefined {
    const other = facts.tokens
      .map((token) => tokens.get(token))
      .find((first) => first && !isSameState(first.facts.state, facts.state));
    if (!other) return undefined;
    return new ConfigError(`${other.label} and ${label} use one refresh token and keep their state in two places.`, {
      code: 'two-states',
      hint: 'The token is renewed in the state: give both the same state:.',
    });
  }

  return {
    add(label, facts) {
      const problem = problemOf(label, facts);
      if (problem) return problem;
      const earlier = { label, facts };
      names.set(facts.name, earlier);
      if (!accounts.has(facts.identity.destinationOrigin)) accounts.set(facts.identity.destinationOrigin, earlier);
      for (const token of facts.tokens) if (!tokens.has(token)) tokens.set(token, earlier);
      return undefined;
    },
  };
}
