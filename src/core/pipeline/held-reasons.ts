/** Why deactivations wait for somebody to allow them: there are too many of them, or the source showed nobody at all. */
export const heldReasons = ['deactivation-cap', 'source-empty'] as const;
export type HeldReason = (typeof heldReasons)[number];

export function isHeldReason(reason: string): boolean {
  return heldReasons.some((held) => held === reason);
}

/** Of pending records by their reason, those that are held. */
export function countHeld(pending: Readonly<Record<string, number>>): number {
  return heldReasons.reduce((sum, reason) => sum + (pending[reason] ?? 0), 0);
}
