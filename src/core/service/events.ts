import type { RunReport } from '../domain/run-report.ts';

/** Why a run is begun. */
export type Trigger = 'schedule' | 'catch-up' | 'change' | 'asked';

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
  /** It could not be begun: credentials, state, configuration. */
  | {
      readonly kind: 'run-rejected';
      readonly pipeline: string;
      readonly at: number;
      readonly code: string;
      readonly exitCode: number;
      readonly message: string;
      /** What a person should do. */
      readonly hint?: string;
    }
  /** Runs that were due while the service was not there, or while one was going on: one makes up for all of them. */
  | { readonly kind: 'runs-missed'; readonly pipeline: string; readonly at: number; readonly due: readonly number[] }
  | { readonly kind: 'config-reloaded'; readonly at: number; readonly pipelines: readonly string[] }
  /** The old one goes on. */
  | { readonly kind: 'config-rejected'; readonly at: number; readonly message: string }
  /** Once a minute, so that what has not happened can be noticed. */
  | { readonly kind: 'tick'; readonly at: number };

export type Listener = (event: ServiceEvent) => void;
