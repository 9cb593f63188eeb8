import { alertMessageSchema } from '../../../core/alerts/message.ts';
import { createTargets } from '../../../core/alerts/targets/create-targets.ts';
import { RolodeskError } from '../../../core/domain/errors.ts';
import { withState } from '../../with-state.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import { failureOf } from '../refusal.ts';
import type { Handlers } from '../router/handlers.ts';
import { pageOf, timeOf } from './documents.ts';
import { pageByName } from './page-by-name.ts';

type AlertHandlers = Pick<Handlers, 'listAlerts' | 'listAuditLog'>;
type Alerts = Answer<'listAlerts'>['items'][number];

export function alertHandlers(context: ConsoleContext): AlertHandlers {
  const { pipelines, store, host } = context;
  return {
    async listAlerts({ query }) {
      return await pageByName(pipelines.all(), query, async (pipeline) => {
        try {
          return await alertsOf(context, pipeline);
        } catch (error) {
          // Another pipeline's are shown all the same.
          if (!(error instanceof RolodeskError)) throw error;
          const { status: _, ...failure } = failureOf(error, host);
          return { pipeline, incidents: [], deliveries: [], targets: [], failure };
        }
      });
    },
    async listAuditLog({ query: { cursor, limit, pipeline, actor } }) {
      const before = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;
      const found = await store.log({ before, pipeline, actor, limit: limit + 1 });
      return pageOf(found, limit, {
        cursor: ({ number }) => String(number),
        document: ({ at, ...entry }) => ({ ...entry, at: timeOf(at) }),
      });
    },
  };
}

async function alertsOf({ pipelines, host, clock }: ConsoleContext, pipeline: string): Promise<Alerts> {
  const { settings } = await pipelines.context(pipeline);
  const { alerts } = settings.config;
  if (!alerts) return { pipeline, incidents: [], deliveries: [], targets: [] };
  return await withState(settings, { ...host, clock }, async (store, id) => {
    const rules = await store.ruleStates(id);
    const messages = await store.queuedMessages(id);
    return {
      pipeline,
      incidents: rules.flatMap(({ rule, openSince }) =>
        openSince === undefined ? [] : [{ pipeline, rule, openSince: timeOf(openSince) }],
      ),
      deliveries: messages.map(({ target, message, at, attempts, dueAt }) => ({
        pipeline,
        target,
        title: alertMessageSchema.safeParse(message).data?.text ?? '',
        at: timeOf(at),
        attempts,
        dueAt: timeOf(dueAt),
      })),
      targets: createTargets(alerts.targets, host.env).map(({ name }) => name),
    };
  });
}
