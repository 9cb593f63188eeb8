type Env = Readonly<Record<string, string | undefined>>;

const commands = [
  ...['init', 'connect', 'connections', 'disconnect', 'check', 'preview', 'plan', 'sync', 'undo', 'audit', 'status'],
  ...['runs', 'show', 'rejects', 'retry', 'link', 'fields', 'forget', 'serve', 'sandbox', 'demo', 'connectors'],
  ...[
    'alerts',
    'completion',
    'support-bundle',
    'state',
    'worker',
    'workers',
    'console',
    'duplicates',
    'merge',
    '--help',
  ],
];
const command = new RegExp(`(?<![\\w./@-])rolodesk (?=(?:${commands.join('|')})(?![\\w-]))`, 'g');

/**
 * A message whose commands run as they stand, where this one was run: with npm in a clone, with npx where it is installed in
 * a folder, by name where it is on the PATH.
 */
export function asTyped(text: string, env: Env): string {
  const prefix = prefixOf(env);
  return prefix === 'rolodesk' ? text : text.replaceAll(command, `${prefix} `);
}

/** npm tells a program which of its commands has started it. */
function prefixOf({ npm_command: npmCommand, npm_package_name: ownPackage }: Env): string {
  if (npmCommand === 'exec') return 'npx rolodesk';
  const isClone = (npmCommand === 'run-script' || npmCommand === 'run') && ownPackage === 'rolodesk';
  return isClone ? 'npm run -s rolodesk --' : 'rolodesk';
}
