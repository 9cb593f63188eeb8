/** Why deactivations wait for a person's approval: there are too many, or the source showed nobody at all. */
export const heldReasons = ['deactivation-cap', 'source-empty'] as const;
export type HeldReason = (typeof heldReasons)[number];

export function isHeldReason(reason: string): boolean {
  return heldReasons.some((held) => held === reason);
}

/** How many of these pending records are held deactivations. */
export function countHeld(pending: Readonly<Record<string, number>>): number {
  return heldReasons.reduce((sum, reason) => sum + (pending[reason] ?? 0), 0);
}
