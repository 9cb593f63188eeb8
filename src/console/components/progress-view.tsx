import type { Progress } from '../api/types.ts';
import { durationOf, numberOf } from './moment.tsx';

const phases: Readonly<Record<string, string>> = {
  directory: 'Reading Zendesk’s users into the directory',
  recover: 'Finding out what became of earlier batches',
  read: 'Reading customers',
  waiting: 'Processing deferred records',
  deactivate: 'Deactivating users',
  drain: 'Waiting for jobs in Zendesk',
};

/** How far a run is, how much longer it takes, and what sets its pace. */
export function ProgressView({ of }: { readonly of: Progress | null }) {
  if (of === null)
    return (
      <>
        <p class="soft">Starting …</p>
        <progress aria-label="Progress" />
      </>
    );
  const { phase, tallies, inFlight, directoryUsers, total, remainingMs, limitedBy } = of;
  const read = tallies?.read ?? directoryUsers ?? 0;
  const known =
    phase === 'read' && total !== undefined && total > 0 ? { value: Math.min(read, total), max: total } : {};
  const facts = [
    tallies && `${numberOf(tallies.read)}${total === undefined ? '' : ` of ${numberOf(total)}`} read`,
    tallies && `${numberOf(tallies.created)} created`,
    tallies && `${numberOf(tallies.updated)} updated`,
    tallies && tallies.rejected > 0 && `${numberOf(tallies.rejected)} rejected`,
    directoryUsers !== undefined && `${numberOf(directoryUsers)} users`,
    inFlight !== undefined && inFlight > 0 && `${numberOf(inFlight)} in flight`,
    remainingMs !== null &&
      `about ${durationOf(remainingMs)} left${limitedBy === null ? '' : `, limited by: ${limitedBy}`}`,
  ].filter((fact) => typeof fact === 'string');
  return (
    <>
      <p>
        <strong>{phases[phase] ?? phase}</strong>
        <br />
        <span class="soft">{facts.join(' · ')}</span>
      </p>
      <progress aria-label="Progress" {...known} />
    </>
  );
}
