import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/domain/log.ts';
import type { Overview } from '../../core/service/overview.ts';
import type { ConsoleStore } from '../../core/state/console/console-store.ts';
import type { Host } from '../host.ts';
import type { Random } from './access/secrets.ts';
import type { Sessions } from './access/sessions.ts';
import type { Feed } from './feed/feed.ts';
import type { Pipelines } from './pipelines.ts';
import type { Tasks } from './tasks/task.ts';

/** What the answers of the API are made with. */
export interface ConsoleContext {
  readonly host: Host;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly store: ConsoleStore;
  readonly sessions: Sessions;
  readonly feed: Feed;
  readonly tasks: Tasks;
  readonly pipelines: Pipelines;
  readonly overview: Pick<Overview, 'pipelines' | 'reasons' | 'configurations'>;
  /** What a code of a skip or a reject means, in a sentence. */
  readonly meaningOf: (code: string) => string | undefined;
  /** Whether other workers share the state. */
  readonly isShared: boolean;
}
