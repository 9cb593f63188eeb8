import { faultKinds, type Sandbox } from '../../src/sandbox/index.ts';
import { type HttpApi, httpFaults } from './sources/http-api.ts';

/** Who misbehaves. `account`: the Zendesk account that is read from; `zendesk`: the one that is written to. */
export const twinNames = ['quickbooks', 'zendesk', 'account', 'api'] as const;
export type TwinName = (typeof twinNames)[number];

/** What each can do wrong. */
export const kindsOfTwin: Readonly<Record<TwinName, readonly string[]>> = {
  quickbooks: [...new Set(faultKinds.quickbooks)],
  zendesk: [...new Set(faultKinds.zendesk)],
  account: [...new Set(faultKinds.zendesk)],
  api: [...new Set(httpFaults)],
};

interface Served {
  readonly box: Sandbox;
  readonly api: HttpApi | undefined;
}

export function twinOf({ box, api }: Served, name: TwinName): Pick<Sandbox['quickbooks'], 'faults' | 'requests'> {
  const twins = { quickbooks: box.quickbooks, zendesk: box.zendesk, account: box.zendeskSource, api };
  const twin = twins[name];
  if (!twin) throw new Error(`The scenario has no ${name}.`);
  return twin;
}

/** Those that the scenario has. */
export function twinsOf({
  box,
  api,
}: Served): readonly (readonly [TwinName, Pick<Sandbox['quickbooks'], 'faults' | 'requests'>])[] {
  return [
    ['quickbooks', box.quickbooks],
    ['zendesk', box.zendesk],
    ...(box.zendeskSource ? [['account', box.zendeskSource] as const] : []),
    ...(api ? [['api', api] as const] : []),
  ];
}
