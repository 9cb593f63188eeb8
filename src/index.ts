/** The library: everything the command line is made of. */
export { defineConfig, type RolodeskConfig } from './app/define-config.ts';
export { quickbooks } from './connectors/quickbooks/index.ts';
export { zendesk } from './connectors/zendesk/index.ts';
export type { ZendeskUser } from './connectors/zendesk/user.ts';
export { type Clock, systemClock } from './core/clock.ts';
export * from './core/connector.ts';
export type * from './core/contracts.ts';
export type { DestinationConnector } from './core/destination.ts';
export * from './core/errors.ts';
export { runPipeline } from './core/pipeline/run.ts';
export type { Pipeline, PipelinePolicies, RunOptions } from './core/pipeline/types.ts';
export type { Progress, RunReport } from './core/report/report.ts';
export type { Sink } from './core/sink.ts';
export { openSqliteStore } from './core/state/sqlite/open-store.ts';
export type { StateStore } from './core/state/store.ts';
export { createMapper } from './mappers/create-mapper.ts';
export type { MappedUser, MapperFunction } from './mappers/mapper-function.ts';
export { quickbooksMapping } from './mappers/quickbooks.ts';
