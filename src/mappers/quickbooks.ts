import { z } from 'zod';
import type { QuickBooksCustomer } from '../connectors/quickbooks/customer.ts';
import type { BuiltInMapping, Values } from './mapping.ts';
import { firstPhone } from './phone.ts';
import { firstOf } from './text.ts';

/** Raised when the table below gives other values for the same customer: everything is then read again. */
const version = 2;

const settings = z.object({
  skipProjects: z.boolean(),
  include: z.array(z.string()).default([]),
  timeZone: z.string().optional(),
});

/** How a QuickBooks customer becomes a Zendesk user when the configuration says nothing else. */
export function quickbooksMapping(source: unknown): BuiltInMapping {
  const { skipProjects, include, timeZone } = settings.parse(source);
  // What is included decides what records hold, and the zone on which day an invoice is late.
  const more = include.length === 0 ? [] : [[...include].sort(), timeZone ?? null];
  return {
    version: [version, skipProjects, ...more],
    skip: ({ IsProject }) =>
      skipProjects && IsProject === true ? { reason: 'project', message: 'The customer is a project.' } : undefined,
    // Registered for this connector, whose records are these.
    map: (data, country) => values(data as QuickBooksCustomer, country),
    country: (data) => (data as QuickBooksCustomer).BillAddr?.Country,
    fields: ['details', 'email', 'name', 'phone', 'tags'],
    reads: {
      name: ['DisplayName', 'FullyQualifiedName', 'CompanyName', 'GivenName', 'MiddleName', 'FamilyName'],
      email: ['PrimaryEmailAddr.Address'],
      phone: ['PrimaryPhone.FreeFormNumber', 'Mobile.FreeFormNumber', 'AlternatePhone.FreeFormNumber'],
      details: [
        ...['Line1', 'Line2', 'Line3', 'Line4', 'Line5', 'City', 'CountrySubDivisionCode', 'PostalCode', 'Country'].map(
          (part) => `BillAddr.${part}`,
        ),
      ],
    },
    organizations: {
      enabledByDefault: false,
      of: (data) => [{ name: companyName(data as QuickBooksCustomer) ?? null }],
    },
  };
}

function values(customer: QuickBooksCustomer, country: string | undefined): Values {
  const phones = [customer.PrimaryPhone, customer.Mobile, customer.AlternatePhone].map(
    (phone) => phone?.FreeFormNumber,
  );
  return {
    name: displayName(customer),
    email: customer.PrimaryEmailAddr?.Address,
    phone: firstPhone(country, ...phones),
    details: postalAddress(customer.BillAddr),
    tags: ['quickbooks'],
  };
}

/** Sub-customers, jobs and projects belong to the customer at the top: full names are `Parent:Child`, and no name holds a colon. */
function companyName({ ParentRef, FullyQualifiedName, CompanyName }: QuickBooksCustomer): string | undefined {
  return firstOf(ParentRef === undefined ? undefined : FullyQualifiedName?.split(':')[0], CompanyName);
}

function displayName(customer: QuickBooksCustomer): string | undefined {
  const { DisplayName, FullyQualifiedName, CompanyName, GivenName, MiddleName, FamilyName } = customer;
  const person = [GivenName, MiddleName, FamilyName]
    .filter((part) => part !== undefined && part.trim() !== '')
    .join(' ');
  const name = firstOf(DisplayName, FullyQualifiedName?.split(':').at(-1), CompanyName, person);
  // QuickBooks adds it when a customer is deactivated; a living one may really be called so.
  return customer.Active === false ? name?.replace(/ \(deleted(?: ?\d+)?\)\d*$/, '') : name;
}

function postalAddress(address: QuickBooksCustomer['BillAddr']): string | undefined {
  if (!address) return undefined;
  const { Line1, Line2, Line3, Line4, Line5, City, CountrySubDivisionCode, PostalCode, Country } = address;
  const region = joined(' ', CountrySubDivisionCode, PostalCode);
  return joined('\n', Line1, Line2, Line3, Line4, Line5, joined(', ', City, region), Country);
}

function joined(separator: string, ...parts: readonly (string | undefined)[]): string | undefined {
  const present = parts.flatMap((part) => part?.trim() || []);
  return present.length > 0 ? present.join(separator) : undefined;
}
