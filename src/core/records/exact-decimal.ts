/**
 * Amounts of money as whole numbers of a ten-billionth, so that sums are exact. What JSON writes as 0.1 is 0.1 here, and not
 * the nearest binary fraction.
 */

const places = 10;

/**
 * Of a JSON number, or of a number as text. Undefined for anything else. Decimals that are not kept are left out: they are
 * noise of whoever wrote the amount, such as 4.440892098500626e-16 for nothing.
 */
export function parseDecimal(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const [found, sign = '', whole = '', part = '', power = '0'] =
    /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i.exec(String(value).trim()) ?? [];
  if (found === undefined) return undefined;
  // The digits, and how many of them are behind the point once the power has moved it.
  const behind = part.length - Number(power);
  const digits = `${whole}${part}`.replace(/0+$/, '');
  const dropped = whole.length + part.length - digits.length;
  const shift = places - behind + dropped;
  if (digits === '') return 0n;
  const size = shift < 0 ? BigInt(digits) / 10n ** BigInt(-shift) : BigInt(digits) * 10n ** BigInt(shift);
  return sign === '-' ? -size : size;
}

/** With this many decimals, such as `1234.50`. More than that are rounded, half away from zero. */
export function formatDecimal(units: bigint, decimals: number): string {
  const step = 10n ** BigInt(places - decimals);
  const size = units < 0n ? -units : units;
  const rounded = (size + step / 2n) / step;
  const digits = rounded.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
  return units < 0n && rounded > 0n ? `-${text}` : text;
}

/** Of the amounts in a currency, by ISO 4217: two where the code is not known. */
export function decimalsOf(currency: string | undefined): number {
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
