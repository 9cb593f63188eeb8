import { request } from 'undici';

export interface Landed {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A browser as far as a sign-in needs one: it goes where it is sent, and shows the page that it ends at. */
export async function visit(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Landed> {
  let at = url;
  for (let hops = 0; hops < 5; hops += 1) {
    const reply = await request(at, { headers });
    const text = await reply.body.text();
    const { location } = reply.headers;
    if (typeof location !== 'string') return { status: reply.statusCode, url: at, headers: reply.headers, text };
    at = location;
  }
  throw new Error('The browser was sent around in circles.');
}
