import { sources } from '../../connectors/registry.ts';

/** What people call a connector; one of your own has only its name. */
export function findConnectorTitle(name: string): string {
  return sources.find((source) => source.name === name)?.title ?? name;
}
