/** The columns of a file to tick. A user stands in it by its address: a spreadsheet would round a long number. */
export const mergeFileColumns = [
  'group',
  'keep',
  'merge',
  'user',
  'name',
  'email',
  'phone',
  'organization',
  'customer',
  'created',
  'why',
  'version',
] as const;
