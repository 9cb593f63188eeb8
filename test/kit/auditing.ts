import { runAudit } from '../../src/core/audit/run-audit.ts';
import type { TestEnvironment } from './test-environment.ts';

/** An audit of the rehearsal, with its entries read to the end. */
export async function audited({ open }: Pick<TestEnvironment, 'open'>) {
  const { pipeline, context, close } = await open();
  try {
    const audit = await runAudit(pipeline, context);
    const entries = [...audit.entries()];
    audit.close();
    return { ...audit, entries };
  } finally {
    await close();
  }
}
