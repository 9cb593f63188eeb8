import { ConfigError } from '../../core/domain/errors.ts';
import type { Host } from '../host.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { Place } from './catalog/place.ts';

/**
 * The first configuration of a place, for what all of a service have in common. Undefined where there is no file, or it is
 * no good: that holds back only itself.
 */
export async function firstSettings(place: Place, host: Host): Promise<Settings | undefined> {
  const [first] = place.files();
  if (first === undefined) return undefined;
  try {
    return await readSettings({ asked: first, host });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
