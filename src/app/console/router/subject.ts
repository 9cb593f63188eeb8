/** Of the body of a request: what says on what somebody acted. Never a token, an address or a customer's data. */
const named = [
  'kind',
  'run',
  'plan',
  'key',
  'zendeskId',
  'full',
  'resume',
  'limit',
  'allowDeactivations',
  'local',
] as const;

/** On what somebody acted, for the audit log, such as `kind=retry keys=3` or `side=source`. */
export function subjectOf(path: Readonly<Record<string, string>>, body: unknown): string | null {
  const parts = Object.entries(path).flatMap(([name, value]) => (name === 'pipeline' ? [] : [`${name}=${value}`]));
  if (typeof body === 'object' && body !== null) {
    const given = new Map(Object.entries(body));
    for (const name of named) if (given.has(name)) parts.push(`${name}=${String(given.get(name))}`);
    const keys = given.get('keys');
    if (Array.isArray(keys)) parts.push(`keys=${keys.length}`);
  }
  return parts.length === 0 ? null : parts.join(' ').slice(0, 500);
}
