import { Writable } from 'node:stream';
import pino from 'pino';
import type { Logger } from '../../core/domain/log.ts';
import type { Redactor } from '../../core/redaction/redact.ts';
import { visible } from '../format/visible.ts';

/** Logs are events with fields, one JSON line each, on stderr, with every secret and address taken out of the line as it is written. */
export function createLogger({
  level,
  redactor,
  stderr,
}: {
  readonly level: 'silent' | 'warn' | 'info' | 'debug';
  readonly redactor: Redactor;
  readonly stderr: NodeJS.WritableStream;
}): Logger {
  const destination = new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      stderr.write(visible(redactor.redact(line.toString())));
      done();
    },
  });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
