import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SourceRecord } from '../../core/domain/record.ts';
import type { RecordData } from '../../mappers/mapping.ts';
import { assert } from '../assert.ts';
import { mapperOf } from '../mapper-of.ts';
import type { NamedCheck } from '../run-checks.ts';
import type { SourceTwin } from '../source-twin.ts';
import { type TrialOptions, withTestContext } from '../test-context.ts';

const exampleShape = z.looseObject({
  source: z.looseObject({ connector: z.string() }),
  mapping: z.record(z.string(), z.json()).default({}),
});

/** The configuration that the docs show reads the twin, once it knows where that is, and makes users of what it reads. */
export function exampleCheck<T extends SourceTwin>(options: TrialOptions<T>, path: string | URL): NamedCheck {
  return {
    name: 'makes users by its example',
    async run() {
      const text = readFileSync(path, 'utf8').replaceAll(/\$\{\w+\}/g, '1');
      const { source, mapping } = exampleShape.parse(parse(text));
      const { connector: _, ...keys } = source;
      const config = (twin: T) => ({ ...keys, ...options.config(twin) });
      await withTestContext({ ...options, config }, 2, async (testContext) => {
        const source = options.connector.schema(options.connector.name).parse(testContext.config);
        const map = mapperOf(options.connector, { mapping, source });
        const kinds: string[] = [];
        // What its own schema says they are, which a mapping is held against.
        for await (const { records } of testContext.open().read(undefined, testContext.context()))
          for (const record of records) kinds.push(map(record as SourceRecord<RecordData>).kind);
        assert(!kinds.includes('reject'), "By the example's mapping records of the twin are rejected.");
        assert(kinds.includes('payload'), `None of the twin's ${kinds.length} records becomes a user by the example.`);
      });
    },
  };
}
