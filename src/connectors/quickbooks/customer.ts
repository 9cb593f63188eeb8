import { z } from 'zod';

/**
 * A customer as QuickBooks gives it (reference: Customer entity). Absent, not null; unknown keys pass, because new ones
 * arrive without notice. Only what identifies a record is required.
 */

const reference = z.looseObject({ value: z.string(), name: z.string().optional() });
const phone = z.looseObject({ FreeFormNumber: z.string().optional() });
const address = z.looseObject({
  Id: z.string().optional(),
  Line1: z.string().optional(),
  Line2: z.string().optional(),
  Line3: z.string().optional(),
  Line4: z.string().optional(),
  Line5: z.string().optional(),
  City: z.string().optional(),
  CountrySubDivisionCode: z.string().optional(),
  PostalCode: z.string().optional(),
  Country: z.string().optional(),
  Lat: z.string().optional(),
  Long: z.string().optional(),
});

export const customerSchema = z.looseObject({
  Id: z.string().min(1),
  SyncToken: z.string().optional(),
  MetaData: z.looseObject({ CreateTime: z.string().optional(), LastUpdatedTime: z.string().optional() }).optional(),
  DisplayName: z.string().optional(),
  Title: z.string().optional(),
  GivenName: z.string().optional(),
  MiddleName: z.string().optional(),
  FamilyName: z.string().optional(),
  Suffix: z.string().optional(),
  FullyQualifiedName: z.string().optional(),
  CompanyName: z.string().optional(),
  PrintOnCheckName: z.string().optional(),
  Active: z.boolean().optional(),
  PrimaryEmailAddr: z.looseObject({ Address: z.string().optional() }).optional(),
  PrimaryPhone: phone.optional(),
  AlternatePhone: phone.optional(),
  Mobile: phone.optional(),
  Fax: phone.optional(),
  WebAddr: z.looseObject({ URI: z.string().optional() }).optional(),
  BillAddr: address.optional(),
  ShipAddr: address.optional(),
  Notes: z.string().optional(),
  Job: z.boolean().optional(),
  ParentRef: reference.optional(),
  Level: z.number().optional(),
  BillWithParent: z.boolean().optional(),
  IsProject: z.boolean().optional(),
  Balance: z.number().optional(),
  BalanceWithJobs: z.number().optional(),
  CurrencyRef: reference.optional(),
  CustomerTypeRef: reference.optional(),
  SalesTermRef: reference.optional(),
  PaymentMethodRef: reference.optional(),
  PreferredDeliveryMethod: z.string().optional(),
  Taxable: z.boolean().optional(),
  ResaleNum: z.string().optional(),
  OpenBalanceDate: z.string().optional(),
});

export type QuickBooksCustomer = z.infer<typeof customerSchema>;

/** What a customer can't be told apart or placed without: an odd `Active` would make somebody active who is not. */
export const requiredFields = ['Id', 'Active'] as const;

/** Its identity, if it has one. */
export function idOf(row: unknown): string | undefined {
  const id: unknown = typeof row === 'object' && row !== null && 'Id' in row ? row.Id : undefined;
  if (typeof id === 'string' && id !== '') return id;
  return Number.isSafeInteger(id) ? String(id) : undefined;
}
