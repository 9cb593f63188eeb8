import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';

/** Accounts in a process of their own, each a QuickBooks company and a Zendesk. Steered by messages from the parent. */
export type TwinsRequest =
  | { readonly ask: 'start'; readonly accounts: number; readonly customers: number; readonly jobLatencyMs: number }
  /** Renames some customers, and adds one, in every company. */
  | { readonly ask: 'change' }
  | { readonly ask: 'look' };

export interface AccountView {
  readonly zendesk: string;
  readonly customers: number;
  /** Users that carry an external id of ours. */
  readonly users: number;
  readonly externalIds: number;
  /** Names of customers that no user has. */
  readonly missing: number;
  readonly throttled: number;
  readonly requests: number;
}

export interface TwinsReply {
  readonly configs?: readonly { readonly config: string; readonly zendesk: string }[];
  readonly accounts?: readonly AccountView[];
}

let boxes: readonly Sandbox[] = [];
let changes = 0;

async function answer(request: TwinsRequest): Promise<TwinsReply> {
  switch (request.ask) {
    case 'start': {
      const { accounts, customers, jobLatencyMs } = request;
      const timing = { jobLatencyMs, jobLatencySpreadMs: jobLatencyMs };
      boxes = await Promise.all(Array.from({ length: accounts }, () => startSandbox({ customers: 0, ...timing })));
      for (const box of boxes) for (let n = 0; n < customers; n += 1) add(box);
      return { configs: boxes.map((box) => ({ config: box.configText(), zendesk: box.zendesk.url })) };
    }
    case 'change':
      for (const box of boxes) changeSome(box);
      return {};
    case 'look':
      return { accounts: boxes.map(viewOf) };
    default:
      return request satisfies never;
  }
}

/** By company: the names of its customers. */
const names = new Map<Sandbox, Map<string, string>>();

function add(box: Sandbox): void {
  const known = names.get(box) ?? new Map<string, string>();
  names.set(box, known);
  const name = `Customer ${known.size + 1}`;
  const email = `customer${known.size + 1}@example.com`;
  const { Id } = box.quickbooks.company.upsert({ DisplayName: name, PrimaryEmailAddr: { Address: email } });
  known.set(Id, name);
}

function changeSome(box: Sandbox): void {
  changes += 1;
  const known = names.get(box) ?? new Map<string, string>();
  for (const [index, id] of [...known.keys()].entries()) {
    if (index % 7 !== changes % 7) continue;
    const name = `Renamed ${id} ${changes}`;
    box.quickbooks.company.upsert({ Id: id, DisplayName: name });
    known.set(id, name);
  }
  add(box);
}

function viewOf(box: Sandbox): AccountView {
  const { zendesk } = box;
  const wanted = [...(names.get(box)?.values() ?? [])];
  const users = [...zendesk.users.byId.values()].filter(({ active, external_id }) => active && external_id !== null);
  const found = new Set(users.map(({ name }) => name));
  return {
    zendesk: zendesk.url,
    customers: wanted.length,
    users: users.length,
    externalIds: new Set(users.map(({ external_id }) => external_id)).size,
    missing: wanted.filter((name) => !found.has(name)).length,
    throttled: zendesk.state().throttled,
    requests: Object.values(zendesk.requests().byRoute).reduce((sum, count) => sum + count, 0),
  };
}

process.on('message', (request: TwinsRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
