/**
 * Follows the version of the table that records have, which decides whether a read has seen all of it. An activation that
 * nothing follows: the version is complete, and what it does not have is gone. Where an earlier read began the version, its
 * other records are not among ours. One that no record came before says less: a log without changes has one, and so has a
 * start date in the future.
 */
export function createTableVersion(previous: number | undefined) {
  let version: number | undefined;
  let records = 0;
  let isActivated = false;
  let hasOneVersion = true;

  function take(next: number): void {
    if (records > 0 && version !== undefined && next !== version) hasOneVersion = false;
    version = next;
  }

  return {
    /** The one that the next read begins with. */
    current: (): number | undefined => version ?? previous,
    takeRecord(itsVersion: number | undefined): void {
      if (itsVersion !== undefined) take(itsVersion);
      records += 1;
      isActivated = false;
    },
    activate(next: number): void {
      take(next);
      isActivated = true;
    },
    isWhole: (): boolean => isActivated && hasOneVersion && version !== previous && records > 0,
  };
}
