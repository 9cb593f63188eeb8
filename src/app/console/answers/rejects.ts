import { defined } from '../../../core/defined.ts';
import { toJson } from '../../../core/domain/json.ts';
import { isHeldReason } from '../../../core/pipeline/held-reasons.ts';
import { urlsOf } from '../../accounts.ts';
import { csvLine } from '../../csv.ts';
import { link } from '../../operations/link.ts';
import { countWaiting, rejectsPage, waitingPage } from '../../operations/review/rejects.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';
import { pageOf, timeOf, urlsDocument } from './documents.ts';

type RejectHandlers = Pick<Handlers, 'listReasons' | 'listRejects' | 'listWaiting' | 'exportRejects' | 'linkCustomer'>;
type Group = Answer<'listReasons'>['groups'][number];

const csvPage = 500;

export function rejectHandlers({ pipelines, meaningOf, feed }: ConsoleContext): RejectHandlers {
  const group = (kind: Group['kind'], code: string, count: number, acts: Group['acts']): Group => ({
    kind,
    code,
    count,
    acts,
    ...defined({ meaning: meaningOf(code) }),
  });
  return {
    async listReasons({ path, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const { rejects, pending } = await countWaiting(context);
      const rejected = Object.entries(rejects).map(([code, count]) => group('reject', code, count, ['retry', 'link']));
      const waiting = Object.entries(pending).map(([code, count]) =>
        group('waiting', code, count, isHeldReason(code) ? ['accept'] : []),
      );
      return { groups: [...rejected, ...waiting].sort((a, b) => b.count - a.count) };
    },
    async listRejects({ path, query: { cursor, limit, code }, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const found = await rejectsPage(context, { code, after: cursor, limit: limit + 1 });
      return pageOf(found, limit, {
        cursor: ({ key }) => key,
        document: ({ key, code: why, message, detail, at, record, name, blockedByUserId, blockedByEmail, due }) => ({
          key,
          code: why,
          message,
          ...defined({ detail, blockedByUserId, blockedByEmail }),
          at: timeOf(at),
          record: toJson(record.data),
          name,
          due,
          urls: urlsDocument(urlsOf(context.settings, { key, destinationId: blockedByUserId })),
        }),
      });
    },
    async listWaiting({ path, query: { cursor, limit, reason }, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const found = await waitingPage(context, { reason, after: cursor, limit: limit + 1 });
      return pageOf(found, limit, {
        cursor: ({ key }) => key,
        document: ({ key, reason: why, email, record, name, due }) => ({
          key,
          reason: why,
          ...defined({ email }),
          name,
          due,
          record: toJson(record.data),
          urls: urlsDocument(urlsOf(context.settings, { key })),
        }),
      });
    },
    async exportRejects({ path, query: { code } }) {
      const context = await pipelines.context(path.pipeline);
      const name = `rejects-${path.pipeline.replaceAll(/[^\w.-]+/g, '_')}.csv`;
      return {
        headers: { 'content-disposition': `attachment; filename="${name}"` },
        async stream(out) {
          await out.write(csvLine(['key', 'code', 'message', 'at', 'record', 'detail']));
          for (let after: string | undefined; ; ) {
            const rows = await rejectsPage(context, { code, after, limit: csvPage });
            for (const { key, code: why, message, at, record, detail = '' } of rows)
              await out.write(csvLine([key, why, message, timeOf(at), JSON.stringify(record.data), detail]));
            after = rows.at(-1)?.key;
            if (rows.length < csvPage) return;
          }
        },
      };
    },
    async linkCustomer({ path, body: { key, zendeskId }, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      await link(context, key, zendeskId);
      await feed.publish([{ kind: 'changed', pipeline: path.pipeline }]);
      return { key, zendeskId, linked: true };
    },
  };
}
