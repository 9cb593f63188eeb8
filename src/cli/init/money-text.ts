/**
 * What a customer owes, in fields of the user. The day changes `oldest_due_date` never and `overdue_age` rarely: a count of days
 * would be written for everybody who is late on every day.
 */
const fields = `fields:
  open_balance: { type: decimal, title: Open balance }
  overdue_amount: { type: decimal, title: Overdue amount }
  oldest_due_date: { type: date, title: Oldest due date }
  overdue_age:
    type: dropdown
    title: Overdue age
    options:
      not_due: Not due yet
      late_1_30: 1 to 30 days
      late_31_60: 31 to 60 days
      late_61_90: 61 to 90 days
      late_over_90: Over 90 days
  balance_currency: { type: text, title: Currency }
  last_invoice_number: { type: text, title: Last invoice }
  last_invoice_date: { type: date, title: Last invoice date }
  last_payment_date: { type: date, title: Last payment }
`;
const linkField = `  quickbooks_link: { type: text, title: QuickBooks }
`;

const mapping = `mapping:
  user_fields:
    open_balance: Money.openBalance
    overdue_amount: Money.overdueAmount
    oldest_due_date: Money.oldestDueDate
    overdue_age:
      from: Money.bucket
      lookup:
        current: not_due
        "1_30": late_1_30
        "31_60": late_31_60
        "61_90": late_61_90
        over_90: late_over_90
    balance_currency: Money.currency
    last_invoice_number: Money.lastInvoice.number
    last_invoice_date: Money.lastInvoice.date
    last_payment_date: Money.lastPayment.date
`;
const linkRule = `    quickbooks_link: Link
`;

/**
 * What an empty value says is not written to an organization, so a figure that can become empty has no field there. Only the
 * customer at the top speaks for all: its organization has several customers, and the first of a run would count.
 */
const organizations = `organizations:
  # Everybody below a customer is in its organization. What the organization owes, only the customer itself says.
  name: "{% if CompanyName or ParentRef.value %}{{ FullyQualifiedName | split: ':' | first }}{% endif %}"
  organization_fields:
    open_balance: "{% unless ParentRef.value %}{{ Money.withSubcustomers.openBalance }}{% endunless %}"
    overdue_amount: "{% unless ParentRef.value %}{{ Money.withSubcustomers.overdueAmount }}{% endunless %}"
    overdue_age: >-
      {% unless ParentRef.value %}{% if Money.withSubcustomers.bucket %}organization_{{ Money.withSubcustomers.bucket }}{%
      else %}organization_owes_nothing{% endif %}{% endunless %}
    balance_currency: "{% unless ParentRef.value %}{{ Money.currency }}{% endunless %}"
`;

const organizationFields = `organizationFields:
  open_balance: { type: decimal, title: Open balance }
  overdue_amount: { type: decimal, title: Overdue amount }
  overdue_age:
    type: dropdown
    title: Overdue age
    options:
      organization_owes_nothing: Owes nothing
      organization_current: Not due yet
      organization_1_30: 1 to 30 days
      organization_31_60: 31 to 60 days
      organization_61_90: 61 to 90 days
      organization_over_90: Over 90 days
  balance_currency: { type: text, title: Currency }
`;

/**
 * A configuration of QuickBooks with what customers owe: read, mapped, and declared for `rolodesk fields apply`. `hasLinks`:
 * customers have pages in QuickBooks, which those of the sandbox have not.
 */
export function withMoney(
  config: string,
  { isForOrganizations, hasLinks }: { readonly isForOrganizations: boolean; readonly hasLinks: boolean },
): string {
  const included = config.replace(
    /^ {2}connector: quickbooks$/m,
    '  connector: quickbooks\n  include: [overdue, lastInvoice] # docs/money.md',
  );
  const parts = [
    mapping,
    hasLinks ? linkRule : '',
    isForOrganizations ? organizations : '',
    fields,
    hasLinks ? linkField : '',
    isForOrganizations ? organizationFields : '',
  ];
  return `${included.trimEnd()}\n${parts.join('')}`;
}
