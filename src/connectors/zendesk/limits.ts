import type { RateLimits } from '../../core/http/rate-limits.ts';

/** Zendesk's limits, from the reference pages "Rate limits" and "Users" as of November 2026. */

/** Rows of create_many, update_many, destroy_many and ids of show_many. */
export const maxRowsPerJob = 100;

/** Of 30 queued or running jobs an account may have, shared with other apps. */
export const defaultJobsInFlight = 20;

/**
 * Batches whose intents are recorded while they wait for a job slot, so that no slot waits for a batch. More would be
 * looked up after a crash, without being sent any sooner.
 */
export const readyBatches = (jobsInFlight: number): number => Math.ceil(jobsInFlight / 2);

/** Until the account's own headers speak: the smallest Suite plan (Team) allows 200 a minute. */
export const zendeskLimits: RateLimits = {
  documented: 'Zendesk, "Rate limits", November 2026: the smallest Suite plan, until the account\'s own headers speak',
  perMinute: 200,
  concurrent: 30,
};

/** Of the incremental exports together; the High Volume add-on allows 30 (reference: endpoint limits). */
export const exportsPerMinute = 10;

/** An export leaves out the last minute and refuses a later start. */
export const exportLagMs = 120_000;

/** Refusals of a cursor that Zendesk has forgotten. */
export const staleStatuses: ReadonlySet<number | undefined> = new Set([400, 404, 410, 422]);

/** Of Update Organization, per endpoint (reference: endpoint limits, 2022). Bulk updates are held to it as well. */
export const organizationUpdatesPerMinute = 5;

/** A job of 100 users takes 5 to 15 s as a rule (reference: jobs). For forecasts only. */
export const typicalJobMs = 10_000;

/**
 * Digits of a decimal custom field, before and behind the point together. Zendesk publishes no number; one of 12 digits is
 * refused.
 */
export const maxDecimalDigits = 11;
