import { inspect } from 'node:util';
import { assert } from '../assert.ts';
import { asStored } from '../reading.ts';
import type { TestContext } from '../test-context.ts';
import type { Check } from './check.ts';

/** Short words would be found by chance. */
const shortest = 6;
const email = /[A-Z0-9._%+-]+@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+/gi;

/** Neither credentials nor customers in what is logged, thrown, warned of or saved as a cursor. */
export const checkNoSecretLeak: Check = {
  name: 'leaks no secret',
  pages: 2,
  async run(testContext) {
    const { proxy, marked, secrets, context } = testContext;
    const said: string[] = [];
    const personal = new Set<string>();
    await collect(testContext, said, personal);
    // Refusals that quote the request and its answer, as some servers do.
    for (const status of proxy ? [400, 401, 403, 500] : []) {
      proxy?.refuse(status);
      const source = testContext.open();
      await source.check(context()).catch((error: unknown) => said.push(thrown(error)));
      await Array.fromAsync(source.read(undefined, context())).catch((error: unknown) => said.push(thrown(error)));
    }
    const text = [...said, testContext.logged(), JSON.stringify(testContext.warnings)].join('\n');
    const used = proxy ? [...proxy.credentials()].filter((secret) => secret.length >= shortest) : [];
    for (const secret of new Set([...marked, ...secrets, ...used])) {
      if (secret.length < shortest) continue;
      const at = text.indexOf(secret);
      assert(at === -1, `A secret was logged: …${around(text, at, secret)}…`);
    }
    const untold = used.filter((secret) => !marked.has(secret) && !secrets.has(secret));
    assert(
      untold.length === 0,
      'A credential was sent that the redactor does not know. Mark its key with secretSchema, or pass it to onSecret.',
    );
    for (const person of personal)
      assert(
        !text.includes(person),
        `An address of a customer was logged: …${around(text, text.indexOf(person), person)}…`,
      );
  },
};

/** What a good read says, and the addresses that its records hold. */
async function collect({ open, context }: TestContext, said: string[], personal: Set<string>): Promise<void> {
  const source = open();
  said.push(JSON.stringify(await source.check(context())));
  for await (const { records, cursor } of source.read(undefined, context())) {
    said.push(JSON.stringify(asStored(cursor)));
    for (const { data } of records) for (const [found] of JSON.stringify(data).matchAll(email)) personal.add(found);
  }
}

/** An error with all that hangs on it, as a crash would print it. */
function thrown(error: unknown): string {
  return inspect(error, { depth: 8, showHidden: true, maxStringLength: null, maxArrayLength: null });
}

function around(text: string, at: number, secret: string): string {
  const before = text.slice(Math.max(0, at - 60), at);
  const after = text.slice(at + secret.length, at + secret.length + 20);
  return `${before}[here]${after}`.replaceAll('\n', ' ');
}
