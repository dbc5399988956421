// Amounts between what a person writes and base units: 10^decimals base units are one
// token. Digits and bigints only.
import { U128_MAX } from "../protocol/encoding/codec.ts";
import { DECIMALS_MAX } from "../protocol/limits.ts";

const TEXT = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Base units of an amount such as "1.5". `decimals`: of the token, `Chain.decimals`. Throws
 * TypeError for a text that is no decimal number (signs, exponents, thousands separators and
 * leading zeros are refused), RangeError for more digits behind the point than the token has, and
 * above 2^128-1.
 */
export function parseAmount(text: string, decimals: number): bigint {
  checkDecimals(decimals);
  const [, whole, fraction = ""] = TEXT.exec(text) ?? [];
  if (whole === undefined) {
    throw new TypeError(`Invalid amount: ${JSON.stringify(text)} is not a number such as "1.5"`);
  }
  if (fraction.length > decimals) {
    const found = `${fraction.length} digits behind the point`;
    throw new RangeError(`Invalid amount: "${text}" has ${found}, the token has ${decimals}`);
  }
  const units = BigInt(whole + fraction.padEnd(decimals, "0"));
  if (units > U128_MAX) throw new RangeError(`Invalid amount: "${text}" is above 2^128-1 units`);
  return units;
}

/** The shortest text that `parseAmount` reads as these base units. */
export function formatAmount(units: bigint, decimals: number): string {
  checkDecimals(decimals);
  if (units < 0n) throw new RangeError(`Invalid amount: ${units} is below 0`);
  const digits = units.toString().padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, "");
  return fraction === "" ? digits.slice(0, point) : `${digits.slice(0, point)}.${fraction}`;
}

function checkDecimals(decimals: number): void {
  if (Number.isInteger(decimals) && decimals >= 0 && decimals <= DECIMALS_MAX) return;
  throw new RangeError(`Invalid decimals: ${decimals} is not an integer from 0 to ${DECIMALS_MAX}`);
}
