import { expect, test } from 'vitest';
import { logEvents } from '../../../src/app/service/log-events.ts';
import type { RunReport } from '../../../src/core/domain/run/run-report.ts';
import { noon } from '../../kit/ports.ts';

test('a run that failed is logged as an error, with its reason and what a person should do', () => {
  const lines: (readonly [level: string, fields: object, message: string])[] = [];
  const line = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const at = new Date(noon).toISOString();
  const report: RunReport = {
    run: 'r1',
    pipeline: 'customers',
    outcome: 'failed',
    tallies: { read: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 },
    skips: {},
    rejects: [],
    requests: { source: 1, destination: 0, throttled: 0 },
    timings: { source: {}, destination: {} },
    cursor: null,
    warnings: [],
    error: { code: 'forbidden', message: 'Refused.', exitCode: 3, hint: 'Connect again.' },
    startedAt: at,
    finishedAt: at,
  };
  logEvents(log)({ kind: 'run-ended', pipeline: 'customers', at: noon, trigger: 'schedule', report });
  const fields = { outcome: 'failed', code: 'forbidden', reason: 'Refused.', hint: 'Connect again.' };
  expect(lines).toEqual([['error', expect.objectContaining(fields), 'run ended']]);
});
