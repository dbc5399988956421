// Numbers as people read them.

const fixed = (value: number, least: number, most: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });

/** 9,765; a mean may have a decimal: 58.1. */
export const count = (value: number): string => fixed(value, 0, 1);

/** 15.5. */
export const seconds = (ms: number): string => fixed(ms / 1_000, 1, 4);

/** 3.2 for 0.032; two digits also of what is smaller than a hundredth. */
export function percent(share: number): string {
  const value = 100 * share;
  return value > 0 && value < 1
    ? value.toLocaleString("en-US", { maximumSignificantDigits: 2 })
    : fixed(value, 1, 1);
}

/** 3.6. */
export const mebibytes = (bytes: number): string => fixed(bytes / 1_024 ** 2, 1, 2);
