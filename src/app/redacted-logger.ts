import type { Logger } from '../core/domain/log.ts';
import type { Redactor } from '../core/redaction/redact.ts';

/** A logger to which no secret is passed, no matter who implements it. */
export function redactedLogger(logger: Logger, { redact }: Pick<Redactor, 'redact'>): Logger {
  const clean = (fields: object): object =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleanValue(value)]));
  const cleanValue = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (value instanceof Error) return redact(value.message);
    if (Array.isArray(value)) return value.map(cleanValue);
    return typeof value === 'object' && value !== null ? clean(value) : value;
  };
  return {
    debug: (fields, event) => logger.debug(clean(fields), event),
    info: (fields, event) => logger.info(clean(fields), event),
    warn: (fields, event) => logger.warn(clean(fields), event),
    error: (fields, event) => logger.error(clean(fields), event),
  };
}
