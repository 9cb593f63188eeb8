import { type Audit, runAudit } from '../../core/audit/run-audit.ts';
import type { AuditProgressEvent } from '../progress-event.ts';
import { type Closeable, keepingParts, type OperationContext } from './context.ts';

/** Both sides compared. Holds customer data. Close it when it has been read. */
export interface AuditReport extends Omit<Audit, 'close'>, Closeable {
  readonly pipeline: string;
  /** What people call the account that is read, such as `acme-old.zendesk.com`. */
  readonly sourceTitle: string;
  /** The account that was compared with it. */
  readonly destinationOrigin: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Compares both sides by reading them again. Needs no lease, because it writes nothing, not even to the state. */
export async function audit(context: OperationContext<AuditProgressEvent>): Promise<AuditReport> {
  const { onProgress, clock } = context;
  return await keepingParts(context, { write: false, online: true }, async (parts) => {
    const { pipeline, settings } = parts;
    const made = await runAudit(
      pipeline,
      parts.context,
      onProgress && ((progress) => onProgress({ operation: 'audit', ...progress })),
    );
    return {
      ...made,
      pipeline: pipeline.name,
      sourceTitle: settings.source.accountLabel,
      destinationOrigin: pipeline.identity.destinationOrigin,
      at: new Date(clock.now()).toISOString(),
    };
  });
}
