/**
 * Why a customer or a user is not simply in step, and what a person in finance or support does about it. One table for
 * every code of a skip, a reject or a difference, so that each command says the same.
 */
interface Explanation {
  readonly cause: string;
  readonly fix: string;
}

/** Zendesk refuses to merge users that have an external id where that id says who signs in. */
const singleSignOn =
  'Where people sign in by JWT or SAML, Zendesk merges only users without an external_id: identity.field keeps ours elsewhere.';

const causes: Readonly<Record<string, Explanation>> = {
  // Differences between the two sides.
  missing: {
    cause: 'Zendesk has no user of the customer.',
    fix: 'Run rolodesk sync. If it is still missing, rolodesk sync --full, and look at rolodesk rejects.',
  },
  'not-linked': {
    cause: 'A Zendesk user has the e-mail address of the customer, and the two were never brought together.',
    fix: 'Run rolodesk sync: it adopts the user. If the user is somebody else, correct the address on one of the sides.',
  },
  differing: {
    cause: 'A field was changed on one side since the last sync.',
    fix: 'Look at both values. rolodesk sync --full writes those of the source; to keep the other one, correct the source.',
  },
  'left-by-sync': {
    cause:
      'Zendesk has shown another value ever since the field was written: a form of its own, or an early edit by hand. Or somebody has changed an organization, a membership or a further address there since.',
    fix: 'Look at both values. A sync leaves the field as it is. If the value in Zendesk is wrong, correct it there.',
  },
  dropped: {
    cause: 'Zendesk shows nothing in a field that was sent: it drops fields that it does not know, without a word.',
    fix: 'rolodesk check names the fields that are missing. Create them in Zendesk, then rolodesk sync --full.',
  },
  'not-deactivated': {
    cause: 'The customer is inactive at the source, and its user is not deactivated yet.',
    fix: 'Run rolodesk sync.',
  },
  'gone-from-source': {
    cause: 'The user is ours, and its customer is no longer in the source: deleted there, or merged into another.',
    fix: 'Run rolodesk sync --full: it deactivates the user as policies.inactive says.',
  },
  'left-alone': {
    cause: 'The user is ours, its customer is no longer in the source, and policies.inactive is ignore.',
    fix: 'Delete or suspend the user in Zendesk by hand, or choose another policy.',
  },
  'not-remembered': {
    cause: 'The external_id of the user is one of ours, and neither the state nor the source knows its customer.',
    fix: 'If nobody needs the user, delete it in Zendesk. A state file that was lost or taken from elsewhere looks like this.',
  },
  'same-external-id': {
    cause: 'The user has the external_id of a customer who has another user.',
    fix: `Merge the two users in Zendesk, keeping the one with the tickets: the next full sync follows. ${singleSignOn}`,
  },
  'same-email': {
    cause: 'The user has the e-mail address of a customer who has another user.',
    fix: `Merge the two users in Zendesk, keeping the one with the tickets: the next full sync follows. ${singleSignOn}`,
  },
  'same-name-and-phone': {
    cause: 'The user has name and phone number of a customer who has another user.',
    fix: `If they are one person, merge the two users in Zendesk. If not, leave them. ${singleSignOn}`,
  },
  // Customers that could not be written.
  'invalid-email': {
    cause: 'The e-mail address of the customer is not one.',
    fix: 'Correct it at the source. Or set policies.invalidEmail: drop to have such customers without an address.',
  },
  'invalid-field': {
    cause: 'The mapping found a value that a custom field of Zendesk does not take.',
    fix: 'rolodesk rejects shows the value, and the message what is allowed. Correct it at the source, or in the mapping.',
  },
  'mapping-failed': {
    cause: 'A rule of the mapping fails on the customer.',
    fix: 'The message has its line, and rolodesk rejects shows what went wrong. Correct the rule; the next sync takes it up.',
  },
  'mapper-failed': {
    cause: 'The function of rolodesk.config.ts threw, or returned no user.',
    fix: 'rolodesk rejects shows what it said. Correct it; the next sync takes it up.',
  },
  'duplicate-key': {
    cause: 'Records with different data have the same key.',
    fix: 'Give each a key of its own at the source, or correct source.key.',
  },
  'source-user-refused': {
    cause: 'The account that is read from did not show all of the user, whom somebody may have been deleting.',
    fix: 'rolodesk sync --keys KEY, or the next full sync, reads it again.',
  },
  'email-taken': {
    cause: 'Another Zendesk user has the e-mail address.',
    fix: `Merge the two users in Zendesk, or take the address off the other one; then rolodesk retry. ${singleSignOn}`,
  },
  'external-id-conflict': {
    cause: 'The Zendesk user with the e-mail address belongs to another system, or to another customer.',
    fix: 'If it is this customer: rolodesk link KEY ZENDESK_ID. If not, correct the address on one of the sides.',
  },
  'organization-refused': {
    cause: 'Zendesk refused the organization of the customer, or its membership. Everything else was written.',
    fix: 'The message says why. Correct it at the source, or in Zendesk; then rolodesk retry.',
  },
  'identity-taken': {
    cause: 'Another Zendesk user has a further address or phone number of the customer. Everything else was written.',
    fix: 'Take it off the other user, or correct it at the source; then rolodesk retry.',
  },
  refused: {
    cause: 'Zendesk refused the user as it was sent.',
    fix: 'The message says which field. Correct it at the source, or in the mapping; then rolodesk retry.',
  },
  unsettled: {
    cause: 'Several tries came to no outcome: Zendesk gave none, or the user kept changing while it was being written.',
    fix: 'Look at the user in Zendesk, and find out what else writes users (an app, a trigger); then rolodesk retry.',
  },
  // Customers that a rule passes over.
  filter: { cause: 'The filter of the configuration leaves the customer out.', fix: 'Nothing, if that is intended.' },
  project: { cause: 'The customer is a project.', fix: 'Nothing. source.skipProjects: false takes projects as well.' },
  'no-name': { cause: 'The customer has no name.', fix: 'Give it one at the source.' },
  inactive: { cause: 'The customer is inactive at the source, and has no user of ours.', fix: 'Nothing.' },
  'shared-email': {
    cause: 'Another customer with the same e-mail address came first: Zendesk gives an address to one user only.',
    fix: 'Give the customer an address of its own, or set policies.sharedEmail: none to have it without one, or merge to have one user for both.',
  },
  'shared-user': {
    cause: 'Several customers have one e-mail address, and are one Zendesk user (policies.sharedEmail: merge).',
    fix: 'Nothing. With an address of its own, the customer gets a user of its own in the next sync.',
  },
  'staff-account': {
    cause: 'The e-mail address is that of an agent or admin. Staff are never written.',
    fix: 'Nothing, if the customer is one of your own people. If not, correct the address at the source.',
  },
  'deleted-in-zendesk': {
    cause: 'The user of the customer was deleted in Zendesk, or merged into one that its address does not lead to.',
    fix: 'Nothing, if that was intended; rolodesk sync --full records it. policies.deletedInZendesk: recreate makes it again.',
  },
  'merged-in-zendesk': {
    cause: 'The user of the customer was merged into another one in Zendesk, which has its address now.',
    fix: 'If that one is nobody else: rolodesk sync --full links the customer to it. If it is another customer (the message names it), merge the two at the source, or give each a user of its own in Zendesk and rolodesk link KEY ZENDESK_ID.',
  },
  'deactivation-cap': {
    cause: 'More customers became inactive at once than policies.maxDeactivations allows: none was deactivated.',
    fix: 'Find out why so many. If it is right: rolodesk sync --allow-deactivations N.',
  },
  'source-empty': {
    cause: 'The source showed no customer at all: nobody was deactivated for it.',
    fix: 'Look at the source. If everybody has left: rolodesk sync --allow-deactivations N.',
  },
  drifted: {
    cause: 'The customer or its user has changed since the plan that was carried out.',
    fix: 'Run rolodesk sync, or make a new plan.',
  },
  'has-tickets': {
    cause: 'The user has tickets by now: the undo of the run that created it has suspended it, not deleted it.',
    fix: 'Look at the tickets in Zendesk, and decide by hand.',
  },
  'changed-since': {
    cause: 'Somebody has changed the user since the run that was reverted, or since the file to merge was written.',
    fix: 'Look at the user in Zendesk, and set by hand what should be otherwise.',
  },
  'user-gone': {
    cause: 'One of the two users to merge was deleted, or merged into a third one.',
    fix: 'Nothing, or write the file again: rolodesk duplicates --out FILE.',
  },
  'two-customers': {
    cause: 'Both users to merge belong to customers of the source.',
    fix: 'Merge the customers in the source, run rolodesk sync, then merge the users.',
  },
  'not-mergeable': {
    cause: 'One of the users to merge is suspended, or shared by another Zendesk account.',
    fix: 'Lift the suspension in Zendesk, or leave the users as they are.',
  },
};

/** What stands in the table, and for a code of a connector or mapping that is not ours to know, where to look. */
export function explanationOf(code: string): Explanation {
  return (
    causes[code] ?? {
      cause: `A rule of the source or the mapping: ${code}.`,
      fix: 'The message of each record says more: rolodesk show --customer KEY.',
    }
  );
}
