import { z } from 'zod';

/** What a target is handed. No customer data, no secret. */
export const alertMessageSchema = z.object({
  pipeline: z.string(),
  rule: z.string(),
  state: z.enum(['open', 'over', 'test']),
  at: z.string(),
  since: z.string(),
  text: z.string(),
});
export type AlertMessage = z.infer<typeof alertMessageSchema>;

export function openedText(pipeline: string, what: string): string {
  return `Rolodesk, ${pipeline}: ${what}`;
}

export function resolvedText(
  { pipeline, rule }: { readonly pipeline: string; readonly rule: string },
  since: number,
): string {
  return `Rolodesk, ${pipeline}: over: ${names[rule] ?? rule}, since ${new Date(since).toISOString()}`;
}

export function testMessage(pipeline: string, now: number): AlertMessage {
  const at = new Date(now).toISOString();
  const text = `Rolodesk, ${pipeline}: this is a test. Alerts arrive here.`;
  return { pipeline, rule: 'test', state: 'test', at, since: at, text };
}

const names: Readonly<Record<string, string>> = {
  'failed-runs': 'syncs failed',
  'reject-rate': 'too many customers were rejected',
  volume: 'far more or fewer customers than usual',
  'no-success': 'no sync succeeded',
  'token-expiry': 'a token expires soon',
  'held-deactivations': 'deactivations were held',
};
