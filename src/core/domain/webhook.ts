/** What a source sends by itself, over a webhook. */
export interface Change {
  /** Of the event, as its sender names it: a repeat is recognised by it. */
  readonly id: string;
  /** Key of the record. */
  readonly key: string;
  /** `gone`: deleted, or merged into another one. */
  readonly kind: 'changed' | 'gone';
}

export type WebhookResult =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  /** Forged (401), or no request of this API (400). Nothing of it is kept. */
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly why: string };

/** Checks a request by its raw body. Pure: the caller stores what was received before it answers. */
export type ParseWebhook = (request: {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}) => WebhookResult;
