import type { Clock } from '../clock.ts';
import type { Logger } from '../domain/log.ts';
import type { PipelineId } from '../domain/pipeline.ts';
import type { AlertStore } from '../state/alert-store.ts';
import type { AlertContext } from './alert-input.ts';
import type { Rule } from './rules.ts';
import type { Target } from './targets/alert-target.ts';

export interface AlertPorts {
  /** Its name, for people. */
  readonly pipeline: string;
  readonly id: PipelineId;
  readonly store: AlertStore;
  readonly rules: readonly Rule[];
  readonly targets: readonly Target[];
  readonly facts: () => Promise<AlertContext>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redact: (text: string) => string;
}
