/** Amounts are whole numbers of the currency's smallest unit, so that sums are exact. */

interface Currency {
  readonly name: string;
  /** Decimals of an amount. */
  readonly decimals: number;
  /** In the company's currency, US dollars. */
  readonly rate: number;
}

export const currencies: Readonly<Record<string, Currency>> = {
  USD: { name: 'United States Dollar', decimals: 2, rate: 1 },
  EUR: { name: 'Euro', decimals: 2, rate: 1.08 },
  GBP: { name: 'British Pound Sterling', decimals: 2, rate: 1.27 },
  JPY: { name: 'Japanese Yen', decimals: 0, rate: 0.0067 },
  KWD: { name: 'Kuwaiti Dinar', decimals: 3, rate: 3.25 },
};

const dollars: Currency = { name: 'United States Dollar', decimals: 2, rate: 1 };

export function currencyOf(code: string): Currency {
  return currencies[code] ?? dollars;
}

/** As the API writes an amount: a JSON number. */
export function amountOf(units: number, code: string): number {
  const { decimals } = currencyOf(code);
  return Number((units / 10 ** decimals).toFixed(decimals));
}

export function unitsOf(amount: number, code: string): number {
  return Math.round(amount * 10 ** currencyOf(code).decimals);
}

/** The same in the company's currency. */
export function homeAmountOf(units: number, code: string): number {
  return Number((amountOf(units, code) * currencyOf(code).rate).toFixed(2));
}
