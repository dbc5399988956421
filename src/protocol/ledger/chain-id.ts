// A chain's id is a number on the wire and "T0", "T1", ... wherever a person reads it.
const TEXT = /^T(0|[1-9][0-9]{0,9})$/;
const CHAIN_ID_MAX = 0xffff_ffff;

/** The chain of the native token, where createToken, stakes, names and governance run. */
export const ROOT_CHAIN = 0;

export const formatChainId = (chain: number): string => `T${chain}`;

/** The number behind "T12"; null for anything that is not the one text form of a chain id. */
export function parseChainId(text: string): number | null {
  const digits = TEXT.exec(text)?.[1];
  if (digits === undefined) return null;
  const chain = Number(digits);
  return chain <= CHAIN_ID_MAX ? chain : null;
}
