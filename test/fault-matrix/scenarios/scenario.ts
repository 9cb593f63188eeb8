import type { SandboxOptions } from '../../../src/sandbox/index.ts';
import type { RunChoice } from '../../kit/environment/create-environment.ts';
import { type ActionResult, type Actor, act, type CommandContext } from './actions.ts';

/** What is done under a fault; what it comes to without one is the measure. */
export interface Scenario {
  readonly title: string;
  /** What is read from. `cursor`, `next`: a REST API, by how it names the next page. Default: QuickBooks. */
  readonly source?: 'zendesk' | 'cursor' | 'next';
  /** Added to the source in the configuration of QuickBooks or of a REST API. */
  readonly moreOfSource?: string;
  readonly twins?: SandboxOptions;
  /** Added to the configuration. */
  readonly more?: string;
  /** QuickBooks is asked once a minute: what was written has ended long before the next page comes. */
  readonly isReadSlowly?: boolean;
  /** The mapper takes what stands next to a user from the customer's notes. */
  readonly mapsNotes?: boolean;
  /** Done before anything goes wrong. */
  prepare?(cli: CommandContext): Promise<void>;
  /** Goes wrong in every run of this scenario, so that the calls which follow are met. */
  malform?(cli: CommandContext): void;
  act(actor: Actor): Promise<ActionResult>;
  /** Only these keys are read, so that no checkpoint moves. */
  readonly isByKey?: boolean;
  /** What is done is not what a sync would do: none follows. */
  readonly isNoSync?: boolean;
}

export const sync =
  (options: RunChoice = {}) =>
  (actor: Actor) =>
    act(async () => await actor.run(options));

export const undo = (actor: Actor) => act(async () => await actor.undo());

/** Without bulk import; users of inactive customers are deleted. */
export const single = '  bulk: never\npolicies:\n  inactive: delete\n';
