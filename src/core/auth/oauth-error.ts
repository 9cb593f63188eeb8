import { z } from 'zod';
import type { HttpBody } from '../http/types.ts';

const shape = z.looseObject({ error: z.string().regex(/^[\w.:-]{1,64}$/) });

/** The word that a token endpoint refuses with (RFC 6749, section 5.2), such as `unauthorized_client`. Its own text may quote secrets. */
export function oauthErrorOf(body: HttpBody): string | undefined {
  return shape.safeParse(body.kind === 'json' ? body.value : undefined).data?.error;
}
