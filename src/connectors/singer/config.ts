import { z } from 'zod';
import { rowKeys } from '../../core/records/record-reader.ts';

const property = z.string().min(1);

export const singerConfigSchema = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('The tap and its arguments, run in the folder of the configuration without a shell: [tap-acme]'),
  stream: z.string().min(1).describe('The stream whose records are read, as the catalog names it'),
  account: z
    .string()
    .min(1)
    .describe('What keys are unique in. Part of every external_id; with another one nothing of this state is used'),
  config: z
    .record(z.string(), z.json())
    .default({})
    .meta({ secret: true })
    .describe('The configuration of the tap, handed over as a file that only this user can read, and removed again'),
  env: z
    .record(z.string().min(1), z.string())
    .default({})
    .meta({ secret: true })
    .describe(
      'Environment variables of the tap, in addition to PATH, HOME, the language, the time zone and proxies: it sees no others',
    ),
  catalog: z
    .string()
    .min(1)
    .default('auto')
    .describe('A catalog file, or auto: run the tap with --discover and select the stream with all its fields'),
  replicationKey: property
    .exactOptional()
    .describe('With catalog: auto: the property by which the tap asks for what has changed'),
  key: z
    .union([property, z.array(property).min(1)])
    .exactOptional()
    .describe("Path of a record's stable key. Default: the stream's key_properties"),
  updatedAt: property
    .exactOptional()
    .describe("Path of the time of a record's last change. Default: the stream's bookmark property"),
  parent: rowKeys.parent,
  inactive: rowKeys.inactive,
  deleted: rowKeys.deleted.describe('How to recognize a deleted record, in addition to _sdc_deleted_at'),
  timeout: z
    .int()
    .min(1)
    .max(86_400)
    .default(900)
    .describe('Seconds that a tap may be silent, on standard output and on standard error, before it is stopped'),
});

export type SingerConfig = z.output<typeof singerConfigSchema>;
