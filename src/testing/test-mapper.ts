import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import type { MapResult } from '../core/domain/mapper.ts';
import type { SourceRecord } from '../core/domain/record.ts';
import type { RecordData } from '../mappers/mapping.ts';
import { arbitraryRecords } from './arbitrary-records.ts';
import { assert, describe } from './assert.ts';
import type { CustomerMapper } from './mapper-of.ts';
import { type NamedCheck, runChecks, type Skips, type TestFunction } from './run-checks.ts';

export interface MapperTrial {
  readonly mapper: CustomerMapper;
  /** Records as the system gives them: each must become a user. */
  readonly examples: readonly RecordData[];
  /** What the source holds its records against: the mapper is tried with wild records of this shape. Default: of any. */
  readonly record?: z.ZodType;
}

export interface MapperSuite extends MapperTrial {
  /** `test` of vitest, node:test or any other runner. */
  readonly test: TestFunction;
  readonly skip?: Skips;
}

/** Holds a mapper to what the pipeline relies on: it is pure, takes anything, and gives what Zendesk takes. */
export function testMapper({ test, skip = {}, ...testContext }: MapperSuite): void {
  runChecks({ test, skip, checks: mapperChecks(testContext) });
}

const wildRecords = 200;

/** The checks of a mapper as plain functions. */
export function mapperChecks({ mapper, examples, record = z.looseObject({}) }: MapperTrial): readonly NamedCheck[] {
  const wild = arbitraryRecords(7);
  const inputs: readonly SourceRecord<RecordData>[] = [
    ...examples.map((data, index) => recordOf(`e${index}`, data)),
    ...Array.from({ length: wildRecords }, () => wild.record(record, examples[0] ?? {})).flatMap((data, index) =>
      data ? [recordOf(`w${index}`, data)] : [],
    ),
  ];
  const everything = (check: (input: SourceRecord<RecordData>, result: MapResult<ZendeskUser>) => void) => async () => {
    for (const input of inputs) check(input, mapper(input));
  };
  return [
    {
      name: 'makes a user of every example',
      run: async () => {
        assert(examples.length > 0, 'There is no example.');
        for (const [index, data] of examples.entries()) {
          const result = mapper(recordOf(`e${index}`, data));
          const why = result.kind === 'payload' ? '' : result.message;
          assert(result.kind === 'payload', `Example ${index} became no user: ${result.kind}, ${why}`);
        }
      },
    },
    {
      name: 'never throws, whatever a record holds',
      run: async () => {
        assert(
          inputs.length > wildRecords / 2,
          'Wild records are not of the shape of `record`: give an example that is.',
        );
        for (const input of inputs) {
          try {
            mapper(input);
          } catch (error) {
            assert(false, `The mapper threw ${describe(error)} for the record ${shown(input.data)}`);
          }
        }
      },
    },
    {
      name: 'is pure: changes nothing, and gives the same for the same',
      run: async () => {
        for (const input of inputs) {
          const frozen = deepFrozen(structuredClone(input));
          const first = mapper(frozen);
          const second = mapper(structuredClone(input));
          assert(isDeepStrictEqual(first, second), `Two results for one record: ${shown(input.data)}`);
        }
      },
    },
    {
      name: 'gives what Zendesk takes',
      run: everything(({ data }, result) => {
        const parsed = resultSchema.safeParse(result);
        const [issue] = parsed.error?.issues ?? [];
        assert(parsed.success, `${issue?.path.join('.')}: ${issue?.message}, for the record ${shown(data)}`);
      }),
    },
    {
      name: 'shows nothing of the customer in its reasons',
      run: everything(({ data }, result) => {
        if (result.kind === 'payload') return;
        for (const text of textsIn(data))
          assert(!result.message.includes(text), `A reason quotes its record: ${result.message}`);
      }),
    },
  ];
}

const text = z.string().min(1);
const resultSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('skip'), reason: text, message: text }),
  z.looseObject({ kind: z.literal('reject'), code: text, message: text }),
  z.looseObject({
    kind: z.literal('payload'),
    // Users API: texts are texts, whatever they were in the source. Absent is absent, not empty.
    payload: z.looseObject({
      external_id: text.refine((id) => id === id.toLowerCase(), 'not lower case'),
      name: text.refine((name) => [...name].length <= 255, 'longer than 255'),
      email: z
        .string()
        .regex(/^[^\s@]+@[^\s@]+$/)
        .optional(),
      phone: text.optional(),
      alias: text.optional(),
      details: text.optional(),
      notes: text.optional(),
      time_zone: text.optional(),
      locale: text.optional(),
      organization_id: z.number().optional(),
      tags: z.array(text.regex(/^\S+$/)).optional(),
      user_fields: z.record(z.string(), z.json()).optional(),
      skip_verify_email: z.boolean(),
    }),
  }),
]);

function recordOf(key: string, data: RecordData): SourceRecord<RecordData> {
  return { key, data, state: 'active' };
}

/** Long enough to be the customer's own, and not a word that any message may have. */
const longEnough = 8;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.trim().length >= longEnough ? [value.trim()] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) deepFrozen(inner);
  return Object.freeze(value);
}

function shown(data: RecordData): string {
  const json = JSON.stringify(data);
  return json.length > 300 ? `${json.slice(0, 300)}…` : json;
}
