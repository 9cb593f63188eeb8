/**
 * The version of the contract between Rolodesk and its connectors. A change that an existing connector would not survive
 * raises it; a connector of a version that is not known here is refused when it is loaded.
 */
export const specVersion = 1;
export type SpecVersion = typeof specVersion;
