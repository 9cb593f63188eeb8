import type { ZendeskUser } from '../connectors/zendesk/user.ts';
import type { SourceConnector } from '../core/connector.ts';
import type { Json } from '../core/domain/json.ts';
import type { Mapper } from '../core/domain/mapper.ts';
import type { AccountMetadata } from '../core/domain/source.ts';
import { createMapper } from '../mappers/create-mapper.ts';
import { mappingSchema, type RecordData } from '../mappers/mapping.ts';
import { builtIns } from '../mappers/registry.ts';

export type CustomerMapper = Mapper<RecordData, ZendeskUser>;

/** The mapper of a connector, as it is when a configuration adds nothing to it but these keys. */
export function mapperOf(
  connector: SourceConnector,
  options: {
    readonly mapping?: Readonly<Record<string, Json>>;
    /** The `source:` block, where the connector's mapping goes by it. */
    readonly source?: Readonly<Record<string, unknown>>;
    readonly facts?: AccountMetadata;
  } = {},
): CustomerMapper {
  const { map } = createMapper({
    builtIn: builtIns.get(connector.name)?.(options.source ?? {}),
    mapping: { ...mappingSchema.parse(connector.mapping ?? {}), ...mappingSchema.parse(options.mapping ?? {}) },
    filter: undefined,
    connector: connector.name,
    account: 'account',
    facts: options.facts ?? {},
    invalidEmail: 'drop',
  });
  return map;
}
