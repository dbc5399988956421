// Validators for tests: their address begins with a number.
import type { Validator } from "../../src/protocol/topology/seats.ts";

export function validator(number: number, stake: bigint): Validator {
  const address = new Uint8Array(20);
  new DataView(address.buffer).setUint32(0, number);
  return { address, stake };
}

export const validators = (count: number, stake = 1n, first = 0): Validator[] =>
  Array.from({ length: count }, (_, i) => validator(first + i, stake));

/** The numbers of their addresses. */
export const addressesOf = (list: readonly Validator[]): number[] =>
  list.map(({ address }) => new DataView(address.buffer).getUint32(0));
