import { expect, test } from 'vitest';
import { ContractError, TransientError } from '../../../src/core/domain/errors.ts';
import type { Cursor, Page } from '../../../src/core/domain/record.ts';
import { type Answered, type Asked, type ScanOptions, scanByCursor } from '../../../src/core/records/scan-by-cursor.ts';
import { createContext, noon } from '../../kit/ports.ts';

type Answer = Answered<{ readonly n: number }> | Error;

const record = (n: number) => ({ key: String(n), data: { n }, state: 'active' as const });
const page = (n: number, next: string | null, at = noon): Answer => ({ records: [record(n)], next, at });

async function read(answers: readonly Answer[], from?: Cursor, options?: ScanOptions) {
  const left = [...answers];
  const asked: Asked[] = [];
  const scan = scanByCursor<{ readonly n: number }>(async (what) => {
    asked.push(what);
    const answer = left.shift();
    if (!answer) throw new Error('Nothing more was to be asked.');
    if (answer instanceof Error) throw answer;
    return answer;
  }, options);
  const pages: Page[] = [];
  for await (const one of scan(from, createContext().context)) pages.push(one);
  return { asked, pages, keys: pages.flatMap(({ records }) => records.map(({ key }) => key)) };
}

test('a scan of everything says so at its end, and the next one begins five minutes before it began', async () => {
  const { pages, asked } = await read([page(1, 'b'), page(2, null, noon + 60_000)]);
  expect(pages).toMatchObject([
    { records: [{ key: '1' }], cursor: { since: null, scan: { startedAt: noon, next: 'b' } } },
    { records: [{ key: '2' }], cursor: { since: noon - 300_000, scan: null }, whole: true },
  ]);
  expect(asked).toEqual([
    { since: undefined, cursor: undefined },
    { since: undefined, cursor: 'b' },
  ]);
});

test('a scan that was broken off goes on with its next page; nobody who was read before counts as gone', async () => {
  const { pages, asked } = await read([page(2, null, noon + 999)], {
    since: null,
    scan: { startedAt: noon, next: 'b' },
  });
  expect(asked).toEqual([{ since: undefined, cursor: 'b' }]);
  expect(pages).toEqual([{ records: [record(2)], cursor: { since: noon - 300_000, scan: null } }]);
});

test('what has changed is asked for since the last beginning, and is never everything', async () => {
  const { pages, asked } = await read([page(1, null)], { since: noon - 5, scan: null }, { overlapMs: 1_000 });
  expect(asked).toEqual([{ since: new Date(noon - 5), cursor: undefined }]);
  expect(pages).toEqual([{ records: [record(1)], cursor: { since: noon - 1_000, scan: null } }]);
});

test('an API that cannot be asked for changes is read from the beginning each time, and each time whole', async () => {
  const { pages } = await read([page(1, null)], undefined, { isIncremental: false });
  expect(pages).toEqual([{ records: [record(1)], cursor: { since: null, scan: null }, whole: true }]);
});

test.each([400, 404, 410, 422])(
  'a saved cursor that the server has forgotten (%i) begins the scan again',
  async (status) => {
    const from = { since: null, scan: { startedAt: noon - 9e6, next: 'old' } };
    const { keys, pages } = await read([new ContractError('x', { status }), page(1, 'b'), page(2, null)], from);
    expect(keys).toEqual(['1', '2']);
    expect(pages.at(-1)).toMatchObject({ cursor: { since: noon - 300_000 }, whole: true });
  },
);

test('a refusal of a page that was not saved, and any other error, is not the cursor: it ends the read', async () => {
  await expect(read([page(1, 'b'), new ContractError('x', { status: 400 })])).rejects.toThrow(ContractError);
  const from = { since: null, scan: { startedAt: noon, next: 'b' } };
  await expect(read([new TransientError('x', { status: 503 })], from)).rejects.toThrow(TransientError);
  await expect(
    read([new ContractError('x', { status: 400 }), new ContractError('x', { status: 400 })], from),
  ).rejects.toThrow(ContractError);
});

test('pages that go in a circle end the read', async () => {
  await expect(read([page(1, 'b'), page(2, 'b')])).rejects.toThrow(/in a circle/);
});

test('a cursor of another version is not understood, and everything is read', async () => {
  expect((await read([page(1, null)], { watermark: 'x' })).pages).toMatchObject([{ whole: true }]);
});
