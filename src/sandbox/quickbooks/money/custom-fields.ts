import type { QuickBooksRow } from '../../seed/customers.ts';

const tiers = ['Gold', 'Silver', 'Bronze'];
const representatives = ['A. Moreau', 'B. Lindqvist', 'C. Okafor', 'D. Tanaka'];

/** As `include=enhancedAllCustomFields` brings them: a field without a value is not in the list. */
function seededFields(n: number): readonly object[] {
  const field = (DefinitionId: string, Name: string, StringValue: string) => ({
    DefinitionId,
    Name,
    Type: 'StringType',
    StringValue,
  });
  return [
    ...(n % 5 === 0 ? [] : [field('1000000001', 'Account tier', tiers[n % tiers.length] ?? '')]),
    field('1000000002', 'Sales representative', representatives[n % representatives.length] ?? ''),
    field('1000000003', 'Account number', `AC-${String(n).padStart(6, '0')}`),
  ];
}

/** Custom fields come only where the request includes them (reference: learnt since), tax numbers never whole. */
export function presented(
  { CustomField, PrimaryTaxIdentifier, ...row }: QuickBooksRow,
  include: string | null,
): QuickBooksRow {
  const isIncluded = include?.split(',').some((name) => name.trim() === 'enhancedAllCustomFields') ?? false;
  return {
    ...row,
    Id: row.Id,
    Active: row.Active,
    MetaData: row.MetaData,
    ...(isIncluded && { CustomField: CustomField ?? seededFields(Number(row.Id)) }),
    ...(typeof PrimaryTaxIdentifier === 'string' && { PrimaryTaxIdentifier: masked(PrimaryTaxIdentifier) }),
  };
}

function masked(number: string): string {
  return number.startsWith('XXXX') ? number : `XXXXXX${number.slice(-5)}`;
}
