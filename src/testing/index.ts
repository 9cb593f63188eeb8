/** What connectors are tested with, under any test runner. See docs/write-a-connector.md. */
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { type CustomerMapper, mapperOf } from './mapper-of.ts';
export { createMemoryCredentials } from './memory-credentials.ts';
export { type Exchange, playExchanges, type ReplayServer } from './replay-server.ts';
export type { NamedCheck, Skips, TestFunction } from './run-checks.ts';
export type { SinkTrialOptions, SinkTwin } from './sink-trial.ts';
export type { Mark, SourceTwin, TwinOptions } from './source-twin.ts';
export type { TrialOptions } from './test-context.ts';
export { type MapperSuite, mapperChecks, testMapper } from './test-mapper.ts';
export { type SinkSuite, sinkChecks, testSink } from './test-sink.ts';
export { type SourceSuite, sourceChecks, testSource } from './test-source.ts';
export type { TwinAuth } from './twin/auth.ts';
export { createTwin, type RestTwin, type RestTwinOptions } from './twin/create-twin.ts';
export type { TwinPage, TwinPaging } from './twin/paging.ts';
