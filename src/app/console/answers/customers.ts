import { defined } from '../../../core/defined.ts';
import { toJson } from '../../../core/domain/json.ts';
import type { DeadLetter } from '../../../core/domain/known.ts';
import type { Link } from '../../../core/domain/link.ts';
import type { CustomerSearch } from '../../../core/state/review-store.ts';
import { urlsOf } from '../../accounts.ts';
import { showCustomer } from '../../operations/records.ts';
import { compareCustomer } from '../../operations/review/compare-customer.ts';
import { findCustomers } from '../../operations/review/find-customers.ts';
import type { Answer } from '../api/index.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../router/handlers.ts';
import { resultDocument, timeOf, urlsDocument } from './documents.ts';

type CustomerHandlers = Pick<Handlers, 'searchCustomers' | 'getCustomer' | 'compareCustomer'>;

export function customerHandlers({ pipelines, meaningOf }: ConsoleContext): CustomerHandlers {
  return {
    async searchCustomers({ path, query: { q, cursor, limit }, caller, request }) {
      const context = await pipelines.context(path.pipeline, { signal: request.signal });
      const { customers, next } = await findCustomers(context, searchOf(q, caller.role), { after: cursor, limit });
      return {
        items: customers.map(({ name, email, destinationId, isDue: _, ...customer }) => ({
          ...customer,
          name: name ?? null,
          email: email ?? null,
          destinationId: destinationId ?? null,
        })),
        next: next ?? null,
      };
    },
    async getCustomer({ path: { pipeline, key }, request }) {
      const context = await pipelines.context(pipeline, { signal: request.signal });
      const { link, email, reject, history } = await showCustomer(context, key);
      const { customers } = await findCustomers(context, { kind: 'ids', text: key }, { limit: 10 });
      const found = customers.find((one) => one.key === key);
      const { standing, code, isDue = false } = found ?? {};
      return {
        key,
        link: link ? linkDocument(link) : null,
        address: email ?? null,
        deadLetter: reject ? rejectDocument(reject) : null,
        history: history.map(({ run, previousLastSent, ...result }) => ({
          ...resultDocument(result),
          run,
          ...(previousLastSent && { previousLastSent: { ...previousLastSent } }),
        })),
        name: found?.name ?? null,
        urls: urlsDocument(urlsOf(context.settings, { key, destinationId: link?.destinationId })),
        waiting:
          standing === 'waiting' && code !== undefined
            ? { reason: code, due: isDue, ...defined({ meaning: meaningOf(code) }) }
            : null,
      };
    },
    async compareCustomer({ path: { pipeline, key }, request }) {
      const context = await pipelines.context(pipeline, { signal: request.signal });
      const { record, user, result, fields, canReadOne } = await compareCustomer(context, key);
      return {
        key,
        record: record ? toJson(record.data) : null,
        user: user ? toJson(user) : null,
        result: result?.kind ?? 'unknown',
        ...(result?.kind === 'skip' && { code: result.reason, message: result.message }),
        ...(result?.kind === 'reject' && { code: result.code, message: result.message }),
        fields: fields.map(({ reads, rule, ...field }) => ({
          ...field,
          rule: rule ?? null,
          reads: reads.map((read) => ({ ...read })),
        })),
        ...(!record && { failure: whyNoRecord(canReadOne) }),
      };
    },
  };
}

/** Viewers do not see names: they must not find out by searching who is called what. */
function searchOf(given: string, role: 'viewer' | 'operator'): CustomerSearch {
  const text = given.trim();
  if (text === '') return { kind: 'all' };
  return { kind: role === 'operator' ? 'text' : 'ids', text };
}

function whyNoRecord(canReadOne: boolean): NonNullable<Answer<'compareCustomer'>['failure']> {
  if (!canReadOne)
    return {
      code: 'source-reads-all',
      message: 'This source cannot read one record by its key.',
      hint: 'The values that were sent last are shown in its place.',
    };
  return { code: 'no-record', message: 'The source has no record with this key (any more).' };
}

function linkDocument({ writtenAt, sent, stored, ...link }: Link): NonNullable<Answer<'getCustomer'>['link']> {
  return { ...link, sent: { ...sent }, ...(stored && { stored: { ...stored } }), writtenAt: timeOf(writtenAt) };
}

function rejectDocument({ at, record, ...letter }: DeadLetter): NonNullable<Answer<'getCustomer'>['deadLetter']> {
  return { ...letter, record: toJson(record), at: timeOf(at) };
}
