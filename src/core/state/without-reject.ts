import type { Json } from '../domain/json.ts';

/** The report without the reject of this customer, as text; undefined where there is none in it. */
export function withoutReject(report: Json, key: string): string | undefined {
  if (typeof report !== 'object' || report === null || !('rejects' in report) || !Array.isArray(report.rejects))
    return undefined;
  const rejects = report.rejects.filter((reject: { readonly key?: unknown } | null) => reject?.key !== key);
  return rejects.length === report.rejects.length ? undefined : JSON.stringify({ ...report, rejects });
}
