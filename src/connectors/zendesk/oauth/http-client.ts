import type { ConnectorOptions } from '../../../core/connector-options.ts';
import { defined } from '../../../core/defined.ts';
import type { SinkOptions } from '../../../core/destination.ts';
import { createHttpClient } from '../../../core/http/client.ts';
import { createRateLimiter } from '../../../core/http/rate-limiter.ts';
import { createTimings } from '../../../core/http/request-metrics.ts';
import { sharedRateLimiter } from '../../../core/http/shared-resources.ts';
import type { HttpClient } from '../../../core/http/types.ts';
import { classifyZendesk, isAnonymous } from '../api/http.ts';
import { type AccountConfig, type Block, zendeskOrigin } from '../config.ts';
import { zendeskLimits } from '../limits.ts';
import { createZendeskAuth } from './auth.ts';
import { createTokenClient } from './token-endpoint.ts';

/** One client for everything that is asked of an account, so that all of it shares one budget. */
export function connect(
  block: Block,
  options: ConnectorOptions<AccountConfig> & Pick<SinkOptions<unknown>, 'beforeWrite'>,
): {
  readonly http: HttpClient;
  /** The account's requests a minute, as its headers say, or else as the smallest plan has it. */
  budget(): { readonly perMinute: number };
  close(): Promise<void>;
} {
  const { config, clock, log, credentials, onSecret, onFailpoint, limits = zendeskLimits, replyMs } = options;
  const origin = zendeskOrigin(config);
  const rateLimiter = sharedRateLimiter(options.budgets, createRateLimiter, {
    account: `${origin} ${config.reserve}`,
    options: { limits, reserve: config.reserve, clock },
  });
  const timings = createTimings();
  const common = {
    name: 'Zendesk',
    origin,
    rateLimiter,
    clock,
    log,
    timings,
    classify: classifyZendesk({ clock, origin, block }),
    ...defined({ replyMs, beforeWrite: options.beforeWrite }),
  };
  const tokens = createTokenClient(block, { ...options, timings });
  const auth = createZendeskAuth({ block, config, http: tokens, credentials, clock, onSecret, onFailpoint });
  const { authorize, refresh } = auth;
  const http = createHttpClient({ ...common, authorize, refresh, isRefusal: isAnonymous });
  return {
    http,
    budget: () => ({ perMinute: rateLimiter.describe().limit ?? limits.perMinute ?? Number.POSITIVE_INFINITY }),
    close: async () => {
      await Promise.all([http.close(), tokens.close()]);
    },
  };
}
