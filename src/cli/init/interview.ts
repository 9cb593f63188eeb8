import { sources } from '../../connectors/registry.ts';
import type { PromptAnswers } from './config-text.ts';
import type { Prompts } from './questions.ts';

/** What is known before anybody is asked. */
export type Given = Partial<Pick<PromptAnswers, 'source' | 'environment' | 'realmId' | 'subdomain'>>;

/** Asks for what was not given. Whatever is not known yet may be left empty. */
export async function interview(ask: Prompts, given: Given): Promise<PromptAnswers> {
  const source =
    given.source ??
    (await ask.choose({
      message: 'Where are your customers?',
      options: sources.map(({ name, title }) => ({ value: name, label: title, hint: name })),
    }));
  const company = source === 'quickbooks' ? await askCompany(ask, given) : undefined;
  const subdomain =
    given.subdomain ??
    (await ask.text({
      message: 'Zendesk subdomain: the part of the address before .zendesk.com',
      placeholder: 'acme',
      check: (text) => (isSubdomain(text) ? undefined : 'Letters, digits and hyphens, such as acme'),
    }));
  const zendesk = await askClient(ask, {
    message: 'Zendesk OAuth client (Admin Center, Apps and integrations, APIs, OAuth clients): identifier',
    prefix: 'ZENDESK',
  });
  return {
    source,
    environment: company?.environment ?? 'production',
    realmId: company?.realmId,
    subdomain: subdomain === '' ? undefined : subdomain,
    secrets: { ...company?.secrets, ...zendesk },
  };
}

export function isSubdomain(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/i.test(text);
}

async function askCompany(
  ask: Prompts,
  given: Given,
): Promise<Pick<PromptAnswers, 'environment' | 'realmId' | 'secrets'>> {
  const environment =
    given.environment ??
    (await ask.choose({
      message: 'Which QuickBooks?',
      options: [
        { value: 'production', label: 'A real company', hint: 'production keys' },
        { value: 'sandbox', label: "A company of Intuit's sandbox", hint: 'development keys' },
      ] as const,
    }));
  const secrets = await askClient(ask, {
    message: 'Intuit app (developer.intuit.com, your app, Keys & credentials): client id',
    prefix: 'QBO',
  });
  return { environment, realmId: given.realmId, secrets };
}

async function askClient(
  ask: Prompts,
  { message, prefix }: { readonly message: string; readonly prefix: string },
): Promise<Readonly<Record<string, string>>> {
  const id = await ask.text({ message: `${message} (empty: later)` });
  if (id === '') return {};
  const secret = await ask.secret({ message: 'and its secret' });
  return { [`${prefix}_CLIENT_ID`]: id, ...(secret !== '' && { [`${prefix}_CLIENT_SECRET`]: secret }) };
}
