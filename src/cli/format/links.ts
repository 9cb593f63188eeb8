import type { OpenedPipeline } from '../../app/create-pipeline.ts';

export interface NamedLink {
  readonly side: string;
  readonly url: string;
}

/** Where to look at a customer and its user, as far as that is known. */
export function linksTo(
  { urlsOf }: Pick<OpenedPipeline, 'urlsOf'>,
  record: { readonly key: string; readonly destinationId?: string | undefined },
): readonly NamedLink[] {
  const { customer, user } = urlsOf(record);
  return [
    ...(customer === undefined ? [] : [{ side: 'customer', url: customer }]),
    ...(user === undefined ? [] : [{ side: 'user', url: user }]),
  ];
}

/** Such as `acme-old.zendesk.com → acme.zendesk.com`. */
export function describeAccounts({ accounts }: Pick<OpenedPipeline, 'accounts'>): string {
  return `${accounts.source.label} → ${accounts.destination.label}`;
}
