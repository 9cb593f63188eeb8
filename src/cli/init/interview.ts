import { sources } from '../../connectors/registry.ts';
import type { PromptAnswers } from './config-text.ts';
import { workedExamples } from './examples.ts';
import type { Prompts } from './questions.ts';
import { askWorksheet, type Place } from './worksheet-columns.ts';

/** What is known before anybody is asked. */
export type Given = Partial<Pick<PromptAnswers, 'source' | 'environment' | 'realmId' | 'subdomain'>>;

/** What the person chose: a configuration of their own, or one for the sandbox. */
export type Interview = { readonly kind: 'own'; readonly answers: PromptAnswers } | { readonly kind: 'try' };

const justTry = 'try';

/** Asks for what the options do not give. A person may leave empty what is not known yet. `place`: for files that are looked at. */
export async function interview(ask: Prompts, given: Given, place: Place): Promise<Interview> {
  const source = given.source ?? (await askSource(ask));
  if (source === justTry) return { kind: 'try' };
  const company = source === 'quickbooks' ? await askCompany(ask, given) : undefined;
  const columns = source === 'worksheet' ? await askWorksheet(ask, place) : undefined;
  const subdomain =
    given.subdomain ??
    (await ask.text({
      message: 'Zendesk subdomain, or the address of your Zendesk (empty: later)',
      placeholder: 'acme',
      check: (text) =>
        subdomainOf(text) === undefined ? 'Such as acme, or https://acme.zendesk.com/agent' : undefined,
    }));
  const zendesk = await askClient(ask, {
    message: 'Zendesk OAuth client (Admin Center, Apps and integrations, APIs, OAuth clients): identifier',
    prefix: 'ZENDESK',
  });
  const answers = {
    source,
    environment: company?.environment ?? 'production',
    realmId: company?.realmId,
    subdomain: subdomainOf(subdomain),
    worksheet: columns,
    secrets: { ...company?.secrets, ...zendesk },
  };
  return { kind: 'own', answers };
}

async function askSource(ask: Prompts): Promise<string> {
  return await ask.choose({
    message: 'Where are your customers?',
    options: [
      ...sources.map(({ name, title }) => ({ value: name, label: title, hint: name })),
      ...workedExamples.map(({ name, title }) => ({ value: name, label: title, hint: 'an example of http' })),
      { value: justTry, label: 'Just let me try', hint: 'a local QuickBooks and a local Zendesk, no account' },
    ],
  });
}

/** The subdomain in what a person typed or pasted, such as `acme.zendesk.com/agent`. Undefined where there is none. */
export function subdomainOf(text: string): string | undefined {
  const host = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/, '');
  const name = host.replace(/\.zendesk\.com$/i, '');
  return /^[a-z0-9][a-z0-9-]*$/i.test(name) ? name.toLowerCase() : undefined;
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
