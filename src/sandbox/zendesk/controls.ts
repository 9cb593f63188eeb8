import type { Parts } from './parts.ts';

/** What tests and people may do to the twin past its API. `accepted` counts the writes that it has accepted. */
export function createControls(parts: Parts, accepted: () => number) {
  const { users, organizations, customFields, organizationFields, limits, jobs, auth, rates, merging } = parts;
  return {
    users,
    organizations,
    customFields,
    organizationFields,
    setBulk: (enabled: boolean): void => {
      limits.bulkEnabled = enabled;
    },
    setJobLimit: (limit: number): void => {
      limits.jobLimit = limit;
    },
    /** Whether identities come along with users when the query includes them. */
    setSideloads: parts.identities.setSideloads,
    /** How late the search index is: for so long it shows users who have been deleted. */
    setSearchLag: parts.search.setLag,
    setSettings: parts.settings.set,
    setJobFault: jobs.setFault,
    setJobLatency: jobs.setLatency,
    settleJobs: jobs.runDue,
    jobWorkTimes: jobs.workTimes,
    jobFaultsApplied: jobs.faultsApplied,
    expireTokens: auth.expireAll,
    disconnect: auth.disconnect,
    reconnect: auth.reconnect,
    setConsent: auth.page.setConsent,
    /** Writes accepted so far, in jobs or one by one, and jobs that have not ended. */
    writes: () => ({ accepted: accepted(), pending: jobs.pending() }),
    /** An edit by a person in the helpdesk. */
    edit(id: number, fields: Readonly<Record<string, unknown>>): void {
      const user = users.byId.get(id);
      if (user) users.update(user, fields);
    },
    merge: merging.merge,
    /** How long after its reply a merge takes effect: until then both users look as before. */
    setMergeLag: merging.setLag,
    setSingleSignOn: merging.setSingleSignOn,
    state: () => ({
      users: users.byId.size,
      active: [...users.byId.values()].filter(({ active }) => active).length,
      mails: users.mails,
      openJobs: jobs.pending(),
      throttled: rates.refusals(),
      tokens: auth.issued(),
      ...auth.state(),
    }),
  };
}
