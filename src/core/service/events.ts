import type { Remedy } from '../domain/remedy.ts';
import type { RunReport } from '../domain/run/run-report.ts';

/** Why a run is made. */
export type Trigger = 'schedule' | 'catch-up' | 'change' | 'manual';

/** What happens in a service, in order. Everything that shows or reports a service is a reader of this stream. */
export type ServiceEvent =
  | { readonly kind: 'run-started'; readonly pipeline: string; readonly at: number; readonly trigger: Trigger }
  | {
      readonly kind: 'run-ended';
      readonly pipeline: string;
      readonly at: number;
      readonly trigger: Trigger;
      readonly report: RunReport;
    }
  /** It could not start: credentials, state, configuration. */
  | {
      readonly kind: 'run-rejected';
      readonly pipeline: string;
      readonly at: number;
      readonly code: string;
      readonly exitCode: number;
      readonly message: string;
      /** What a person should do. */
      readonly hint?: string;
      readonly remedy?: Remedy;
    }
  /** Due times that came while the service was down, or while a run was in flight. One run catches up on all of them. */
  | { readonly kind: 'runs-missed'; readonly pipeline: string; readonly at: number; readonly due: readonly number[] }
  | { readonly kind: 'config-reloaded'; readonly at: number; readonly pipelines: readonly string[] }
  | {
      readonly kind: 'config-rejected';
      readonly at: number;
      readonly message: string;
      /** Which one. Absent: none could be looked for. */
      readonly configuration?: string;
      /** The previous version of it stays in use. Otherwise its pipeline does not run until it is corrected. */
      readonly isPreviousInUse: boolean;
    }
  /** Once a minute, so that readers notice what has not happened. */
  | { readonly kind: 'tick'; readonly at: number };

export type Listener = (event: ServiceEvent) => void;
