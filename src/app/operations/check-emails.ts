import { type Examination, examine, type Kind } from '../email-check/examine.ts';
import type { RunProgressEvent } from '../progress-event.ts';
import type { Settings } from '../settings.ts';
import { type Closeable, keepingParts, type OperationContext } from './context.ts';

/** How many findings there are, by kind, and how many addresses are shared. */
export type EmailCounts = Readonly<Record<Kind, number>> & { readonly sharedAddresses: number };

/** Problems with the customers' addresses. Contains customer data. Close it when it has been read. */
export interface EmailReport extends Omit<Examination, 'close'>, Closeable {
  readonly counts: EmailCounts;
  /** What decides about them. */
  readonly policies: Pick<Settings['config']['policies'], 'sharedEmail' | 'invalidEmail'>;
}

/**
 * Reads every customer and finds out what a sync would do with its address. Writes nothing, and does not call Zendesk.
 */
export async function checkEmails(context: OperationContext<RunProgressEvent>): Promise<EmailReport> {
  const { signal, onProgress } = context;
  return await keepingParts(
    context,
    { write: true, online: 'source', allowInvalidMapping: true },
    async ({ settings, ...parts }) => {
      const examination = await examine(parts, {
        signal,
        ...(onProgress && { onProgress: (progress) => onProgress({ operation: 'check-emails', ...progress }) }),
      });
      try {
        const { sharedEmail, invalidEmail } = settings.config.policies;
        return { ...examination, counts: await count(examination), policies: { sharedEmail, invalidEmail } };
      } catch (error) {
        await examination.close();
        throw error;
      }
    },
  );
}

async function count({ findings }: Examination): Promise<EmailCounts> {
  const counts = { shared: 0, malformed: 0, multiple: 0, role: 0, sharedAddresses: 0 };
  let address: string | undefined;
  for await (const finding of findings()) {
    counts[finding.kind] += 1;
    if (finding.kind !== 'shared' || finding.address === address) continue;
    counts.sharedAddresses += 1;
    address = finding.address;
  }
  return counts;
}
