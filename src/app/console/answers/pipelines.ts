import { defined } from '../../../core/defined.ts';
import type { RunRow } from '../../../core/state/store.ts';
import { accountsOf } from '../../accounts.ts';
import { asJson } from '../../connections/report.ts';
import { runsPage } from '../../operations/review/runs.ts';
import { type PipelineStatus, status } from '../../operations/status.ts';
import type { Answer } from '../api/index.ts';
import { configurationDocument } from '../configuration-changes.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';
import { runSummary, timeOf } from './documents.ts';
import { createGlances } from './glances.ts';
import { createPipelineList, overviewDocument } from './pipeline-list.ts';

type PipelineHandlers = Pick<
  Handlers,
  'getOverview' | 'listPipelines' | 'getPipeline' | 'getBudget' | 'getConfiguration'
>;

const budgetRuns = 50;
const minuteMs = 60_000;

export function pipelineHandlers(context: ConsoleContext): PipelineHandlers {
  const { pipelines, host } = context;
  const list = createPipelineList(context, createGlances({ ...host, ...context }));
  return {
    getOverview: () => overviewDocument(context, list),
    listPipelines: ({ query }) => list.page(query),
    async getPipeline({ path, request }) {
      const configuration = pipelines.find(path.pipeline);
      const operation = await pipelines.context(path.pipeline, { signal: request.signal });
      const { settings } = operation;
      const accounts = accountsOf(settings);
      return {
        summary: await list.summary(configuration),
        status: statusDocument(await status(operation)),
        accounts: { source: { ...accounts.source }, destination: { ...accounts.destination } },
        configuration: configuration.label,
        stateLocation: settings.state.location,
      };
    },
    async getBudget({ path, request }) {
      const { facts } = pipelines.find(path.pipeline);
      const operation = await pipelines.context(path.pipeline, { signal: request.signal });
      const runs = await runsPage(operation, { limit: budgetRuns });
      const account = facts.identity.destinationOrigin;
      const others = pipelines.all().filter((one) => one.facts.identity.destinationOrigin === account);
      return {
        account,
        ...facts.budget,
        runs: runs.toReversed().flatMap((run) => {
          const { id, requests, startedAt } = runSummary(run, host);
          return requests ? [{ run: id, at: startedAt, minutes: minutesOf(run), ...requests }] : [];
        }),
        sharedWith: others.flatMap((one) => (one.facts.name === facts.name ? [] : [one.facts.name])),
      };
    },
    getConfiguration: ({ path }) => configurationDocument(context, pipelines.find(path.pipeline)),
  };
}

function minutesOf({ startedAt, finishedAt = startedAt }: RunRow): number {
  return (finishedAt - startedAt) / minuteMs;
}

/** The document that `status --json` prints. */
function statusDocument(found: PipelineStatus): Answer<'getPipeline'>['status'] {
  const { pipeline, last, lastSuccess, isOverdue, held, pauseReason, schedule, counts, connections } = found;
  return {
    pipeline,
    last: last ? runDocument(last) : null,
    lastSuccess: lastSuccess ? runDocument(lastSuccess) : null,
    overdue: isOverdue,
    held: held > 0,
    hold: pauseReason ?? null,
    schedule: schedule ? { ...schedule } : null,
    ...counts,
    connections: connections.map(connectionDocument),
  };
}

export function connectionDocument(
  report: Parameters<typeof asJson>[0],
): Answer<'getConnections'>['connections'][number] {
  const { account, scopes, renewals, refused, ...rest } = asJson(report);
  return {
    ...rest,
    scopes: [...scopes],
    renewals,
    ...defined({ account }),
    ...(refused && {
      refused: { code: refused.code, message: refused.message, at: refused.at, ...defined({ hint: refused.hint }) },
    }),
  };
}

function runDocument({ startedAt, finishedAt, report, ...run }: RunRow) {
  return {
    ...run,
    ...(report !== undefined && { report }),
    startedAt: timeOf(startedAt),
    ...(finishedAt !== undefined && { finishedAt: timeOf(finishedAt) }),
  };
}
