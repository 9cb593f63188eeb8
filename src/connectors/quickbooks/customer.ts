import { z } from 'zod';
import { moneySchema } from './money/figures.ts';

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
  AcctNum: z.string().optional(),
  PrimaryTaxIdentifier: z.string().optional(),
  SecondaryTaxIdentifier: z.string().optional(),
  GSTIN: z.string().optional(),
  GSTRegistrationType: z.string().optional(),
  BusinessNumber: z.string().optional(),
  DefaultTaxCodeRef: reference.optional(),
  TaxExemptionReasonId: z.string().optional(),
  ARAccountRef: reference.optional(),
  CustomField: z
    .array(
      z.looseObject({
        DefinitionId: z.string().optional(),
        Name: z.string().optional(),
        Type: z.string().optional(),
        StringValue: z.string().optional(),
        NumberValue: z.number().optional(),
        DateValue: z.string().optional(),
        BooleanValue: z.boolean().optional(),
      }),
    )
    .optional(),
  // What follows is not QuickBooks' own: it is made where the mapping reads it.
  CustomFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  Link: z.string().optional(),
  Money: moneySchema.optional(),
});

export type QuickBooksCustomer = z.infer<typeof customerSchema>;

/** What a customer can't be told apart or placed without: an odd `Active` would make somebody active who is not. */
export const requiredFields = ['Id', 'Active'] as const;
