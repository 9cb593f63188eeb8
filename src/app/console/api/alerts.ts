import { z } from 'zod';
import { get } from './endpoint.ts';
import { count, failure, pageOf, pageQuery, time } from './schemas.ts';

const incident = z.strictObject({
  pipeline: z.string(),
  rule: z.string(),
  openSince: time,
});

/** A message that is still to be sent. */
const delivery = z.strictObject({
  pipeline: z.string(),
  target: z.string(),
  title: z.string(),
  at: time,
  attempts: count,
  dueAt: time,
});

const auditEntry = z.strictObject({
  number: z.int(),
  at: time,
  /** Who, and as what. */
  actor: z.string(),
  role: z.string(),
  /** Id of the endpoint, such as `startTask`. */
  act: z.string(),
  /** On what. */
  pipeline: z.string().nullable(),
  subject: z.string().nullable(),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** Code of the error, or what came of it. */
  detail: z.string().nullable(),
});

export const alertEndpoints = {
  listAlerts: get({
    path: '/api/v1/alerts',
    summary: 'Incidents that are open and messages that are still to be sent, pipeline by pipeline.',
    role: 'viewer',
    query: pageQuery,
    answer: pageOf(
      z.strictObject({
        pipeline: z.string(),
        incidents: z.array(incident),
        deliveries: z.array(delivery),
        targets: z.array(z.string()),
        failure: failure.exactOptional(),
      }),
    ),
  }),
  listAuditLog: get({
    path: '/api/v1/audit-log',
    summary: 'Who did what, on what, when, and what came of it; newest first.',
    role: 'operator',
    query: pageQuery.extend({ pipeline: z.string().max(200).optional(), actor: z.string().max(200).optional() }),
    answer: pageOf(auditEntry),
  }),
} as const;
