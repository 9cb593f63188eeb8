import type { Answer, ConsoleEvent } from '../../app/console/api/index.ts';

export type Session = Answer<'getSession'>;
export type Overview = Answer<'getOverview'>;
export type Pipeline = Answer<'listPipelines'>['items'][number];
export type PipelineDetails = Answer<'getPipeline'>;
export type Need = Pipeline['needs'][number];
export type Run = Answer<'listRuns'>['items'][number];
export type RunDetails = Answer<'getRun'>;
export type RunRecord = Answer<'listRunRecords'>['items'][number];
export type Reason = RunDetails['reasons'][number];
export type Tallies = NonNullable<Run['tallies']>;
export type FoundCustomer = Answer<'searchCustomers'>['items'][number];
export type Customer = Answer<'getCustomer'>;
export type Comparison = Answer<'compareCustomer'>;
export type Reject = Answer<'listRejects'>['items'][number];
export type Waiting = Answer<'listWaiting'>['items'][number];
export type ReasonGroup = Answer<'listReasons'>['groups'][number];
export type Plan = Answer<'getPlan'>;
export type PlanChange = Answer<'listPlanChanges'>['items'][number];
export type Task = Answer<'getTask'>;
export type Progress = NonNullable<Task['progress']>;
export type Connection = Answer<'getConnections'>['connections'][number];
export type Mapping = Answer<'getMapping'>;
export type MappedRecords = Answer<'previewMapping'>;
export type Budget = Answer<'getBudget'>;
export type FieldChanges = NonNullable<RunRecord['changes']>;
export type Event = ConsoleEvent;

/** What `pageOf` makes. */
export interface KeysetPage<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}
