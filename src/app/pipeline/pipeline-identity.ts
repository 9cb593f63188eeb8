import { destinations } from '../../connectors/registry.ts';
import type { PipelineIdentity } from '../../core/domain/pipeline.ts';
import type { ZendeskMapper } from '../../mappers/create-mapper.ts';
import type { Settings } from '../settings.ts';

/** What a pipeline is, in its state. */
export function identityOf({ name, connector, source, config }: Settings): PipelineIdentity {
  return {
    name,
    sourceConnector: connector.name,
    sourceOrigin: source.origin,
    sourceAccount: source.account,
    destinationOrigin: destinations.zendesk.origin(config.destination),
  };
}

/** A text of everything that decides results: when it changes, the next sync reads everything. */
export function fingerprintOf({ config: { policies, identity } }: Settings, mapper: ZendeskMapper): string {
  const decisive = [JSON.stringify(policies), ...(identity ? [JSON.stringify(identity)] : [])];
  return [mapper.fingerprint, ...decisive].join(' ');
}
