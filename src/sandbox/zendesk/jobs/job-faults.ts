import type { Job, JobFault } from './job.ts';

/** The present fault of jobs, and how many it has struck. */
export function createJobFaults() {
  let present: { readonly rule: JobFault; applied: number } | undefined;
  return {
    set(rule: JobFault | undefined): void {
      present = rule && { rule, applied: 0 };
    },
    applied: (): number => present?.applied ?? 0,
    /** The fault that a new job will have. */
    next({ kind, title }: Pick<Job, 'kind' | 'title'>): JobFault | undefined {
      if (!present) return undefined;
      const { rule } = present;
      if (rule.job !== undefined && rule.job !== kind) return undefined;
      if (rule.title !== undefined && rule.title !== title) return undefined;
      if (rule.times !== undefined && present.applied >= rule.times) return undefined;
      present.applied += 1;
      return rule;
    },
  };
}
