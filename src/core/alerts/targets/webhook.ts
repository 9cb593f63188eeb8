import { request } from 'undici';
import type { AlertTarget } from '../config.ts';
import type { Target } from './alert-target.ts';
import { answerMs, deliveryFailed } from './not-delivered.ts';

/** JSON with a `text`, as Slack, Mattermost, Teams and others take it. */
export function webhookTarget({ url }: Extract<AlertTarget, { type: 'webhook' }>): Target['send'] {
  return async ({ text }) => {
    const status = await post(url, JSON.stringify({ text }));
    if (status < 200 || status >= 300) throw deliveryFailed(`the webhook answered HTTP ${status}`);
  };
}

async function post(url: string, body: string): Promise<number> {
  try {
    const headers = { 'content-type': 'application/json' };
    const reply = await request(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(answerMs) });
    await reply.body.dump();
    return reply.statusCode;
  } catch (error) {
    throw deliveryFailed(`the webhook did not answer (${nameOf(error)})`);
  }
}

/** Messages of network errors may hold the URL. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
