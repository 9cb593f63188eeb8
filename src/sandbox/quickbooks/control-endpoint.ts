import { z } from 'zod';
import { type Consent, consentSchema } from '../server/consent.ts';
import { bodyOf, SandboxRequestError } from '../server/request-error.ts';
import type { TwinRequest } from '../server/twin.ts';
import type { Company } from './company.ts';
import { type MoneyControl, moneyBodies } from './money/control.ts';
import { type Webhooks, webhookTarget } from './webhooks.ts';

const customer = z.looseObject({
  Id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'expected digits, as text')
    .optional(),
});

/** What people and tests may do to the company over `/__sandbox/…`. Throws SandboxRequestError for what it does not know. */
export function answerControl(
  {
    company,
    money,
    webhooks,
    state,
    setConsent,
    disconnect,
    reconnect,
  }: {
    readonly company: Company;
    readonly money: MoneyControl;
    readonly webhooks: Webhooks;
    state(): object;
    setConsent(consent: Consent): void;
    disconnect(): void;
    reconnect(): string;
  },
  request: TwinRequest,
): unknown {
  const { method, path } = request;
  if (path === '/__sandbox/state') return state();
  if (path === '/__sandbox/webhooks') {
    if (method === 'POST') webhooks.register(bodyOf(request, webhookTarget));
    if (method === 'DELETE') webhooks.register(undefined);
    return webhooks.state();
  }
  if (path === '/__sandbox/customers' && method === 'POST') return company.upsert(bodyOf(request, customer));
  if (path === '/__sandbox/consent' && method === 'POST') {
    setConsent(bodyOf(request, consentSchema));
    return state();
  }
  if (path === '/__sandbox/disconnect' && method === 'POST') {
    disconnect();
    return state();
  }
  if (path === '/__sandbox/reconnect' && method === 'POST') return { refreshToken: reconnect() };
  const ofMoney = method === 'POST' ? answerMoney(money, request) : undefined;
  if (ofMoney) return ofMoney;
  const [found, id = '', action] =
    /^\/__sandbox\/customers\/(\d+)(?:\/(deactivate|reactivate|remove))?$/.exec(path) ?? [];
  if (found === undefined)
    throw new SandboxRequestError(
      'known here: state, consent, disconnect, reconnect, customers, customers/{id}, customers/{id}/deactivate, …/reactivate, …/remove, invoices, payments, creditmemos, transactions/{id}/void, …/remove, webhooks, faults, requests',
      404,
    );
  if (action !== undefined && !company.get(id)) throw new SandboxRequestError(`there is no customer ${id}`, 404);
  // A change of some fields, sent to the customer's own path.
  if (action === undefined && method === 'POST') return company.upsert({ ...bodyOf(request, customer), Id: id });
  if (action === 'deactivate') company.deactivate(id);
  if (action === 'reactivate') company.reactivate(id);
  if (action === 'remove') company.remove(id);
  return company.get(id) ?? null;
}

function answerMoney(money: MoneyControl, request: TwinRequest): object | undefined {
  if (request.path === '/__sandbox/invoices') return money.invoice(bodyOf(request, moneyBodies.invoices));
  if (request.path === '/__sandbox/payments') return money.pay(bodyOf(request, moneyBodies.payments));
  if (request.path === '/__sandbox/creditmemos') return money.credit(bodyOf(request, moneyBodies.creditmemos));
  const [, id, action] = /^\/__sandbox\/transactions\/(\d+)\/(void|remove)$/.exec(request.path) ?? [];
  if (id === undefined) return undefined;
  if (!money.has(id)) throw new SandboxRequestError(`there is no transaction ${id}`, 404);
  if (action === 'void') money.void(id);
  else money.remove(id);
  return { id, [action === 'void' ? 'voided' : 'removed']: true };
}
