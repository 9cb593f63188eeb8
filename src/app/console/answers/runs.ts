import { z } from 'zod';
import { defined } from '../../../core/defined.ts';
import { urlsOf } from '../../accounts.ts';
import { reviewRun, runRecords, runsPage } from '../../operations/review/runs.ts';
import { warning } from '../api/schemas.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';
import { pageOf, resultDocument, runSummary, urlsDocument } from './documents.ts';

type RunHandlers = Pick<Handlers, 'listRuns' | 'getRun' | 'listRunRecords'>;

const storedWarnings = z.object({ warnings: z.array(warning) });

export function runHandlers({ pipelines, host, meaningOf }: ConsoleContext): RunHandlers {
  return {
    async listRuns({ path, query: { cursor, limit }, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const runs = await runsPage(context, { limit: limit + 1, after: cursor });
      return pageOf(runs, limit, { cursor: ({ id }) => id, document: (run) => runSummary(run, host) });
    },
    async getRun({ path, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const { run, reasons } = await reviewRun(context, path.run);
      const summary = runSummary(run, host);
      const isUndone = run.undoneBy !== undefined || run.kind === 'undo' || run.kind === 'merge';
      const written = reasons.some(({ outcome }) => outcome === 'created' || outcome === 'updated');
      return {
        run: summary,
        report: run.report ?? null,
        reasons: reasons.map(({ outcome, code, count }) => ({
          outcome,
          code: code ?? null,
          count,
          ...defined({ meaning: code === undefined ? undefined : meaningOf(code) }),
        })),
        warnings: storedWarnings.safeParse(run.report).data?.warnings ?? [],
        deleted: reasons.reduce((sum, { deleted }) => sum + deleted, 0),
        undoable: !isUndone && written && run.outcome !== 'running',
      };
    },
    async listRunRecords({ path, query: { cursor, limit, outcome, code }, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const found = await runRecords(context, path.run, { outcome, code, after: cursor, limit: limit + 1 });
      return pageOf(found, limit, {
        cursor: ({ key }) => key,
        document: (record) => ({
          ...resultDocument(record),
          ...defined({ name: record.name, blockedByUserId: record.blockedByUserId }),
          urls: urlsDocument(urlsOf(context.settings, record)),
        }),
      });
    },
  };
}
