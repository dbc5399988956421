// Keys of a chain's authenticated map: a kind byte, then what identifies the entry within
// its kind. The numbers are for ever; a kind without a function yet has its number reserved here.
import { ADDRESS_BYTES } from "../crypto/address.ts";
import { concatBytes } from "../encoding/bytes.ts";

export const StateKind = {
  account: 0,
  chain: 1,
  unattributedFees: 2,
  token: 3,
  offer: 4,
  order: 5,
  pool: 6,
  escrow: 7,
  pot: 8,
  validator: 9,
  name: 10,
  treasury: 11,
  tokenCount: 12,
  seatKey: 13,
  stakes: 14,
  stakingRules: 15,
  unbondingQueue: 16,
  unbonding: 17,
} as const;
export type StateKind = (typeof StateKind)[keyof typeof StateKind];

const SEAT_KEY_BYTES = 96;

/** One account: its 20-byte address. */
export const accountKey = (address: Uint8Array): Uint8Array =>
  addressKey(StateKind.account, address);

/** The offer numbers that a maker has used up: its 20-byte address. One entry for all of them. */
export const offersKey = (maker: Uint8Array): Uint8Array => addressKey(StateKind.offer, maker);

function addressKey(kind: StateKind, address: Uint8Array): Uint8Array {
  if (address.length !== ADDRESS_BYTES) {
    throw new TypeError(`Invalid address: ${address.length} bytes`);
  }
  return concatBytes(Uint8Array.of(kind), address);
}

/** The one record of the chain itself. */
export const chainKey = (): Uint8Array => Uint8Array.of(StateKind.chain);

/** Fees that no proposer earned. */
export const unattributedFeesKey = (): Uint8Array => Uint8Array.of(StateKind.unattributedFees);

/** The registry's record of a token; big-endian, so that keys sort as ids do. */
export function tokenKey(chainId: number): Uint8Array {
  if (!Number.isInteger(chainId) || chainId < 0 || chainId > 0xffff_ffff) {
    throw new RangeError(`Invalid chain id: ${chainId} is not in 0..2^32-1`);
  }
  const key = new Uint8Array(5);
  key[0] = StateKind.token;
  new DataView(key.buffer).setUint32(1, chainId);
  return key;
}

/** The one count of tokens ever created, which gives the next its id. */
export const tokenCountKey = (): Uint8Array => Uint8Array.of(StateKind.tokenCount);

/** One registered validator: its 20-byte address. */
export const validatorKey = (validator: Uint8Array): Uint8Array =>
  addressKey(StateKind.validator, validator);

/** Who has registered a BLS key: the 96 bytes of the key. */
export function seatKeyKey(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== SEAT_KEY_BYTES) {
    throw new TypeError(`Invalid seat key: ${publicKey.length} bytes`);
  }
  return concatBytes(Uint8Array.of(StateKind.seatKey), publicKey);
}

/** What an account has delegated, and what it gets back: its 20-byte address. One entry for all of it. */
export const stakesKey = (staker: Uint8Array): Uint8Array => addressKey(StateKind.stakes, staker);

/** The parameters of staking on T0. */
export const stakingRulesKey = (): Uint8Array => Uint8Array.of(StateKind.stakingRules);

/** Where the queue of what is being unbonded begins and ends. */
export const unbondingQueueKey = (): Uint8Array => Uint8Array.of(StateKind.unbondingQueue);

/** One place in that queue: its number, big-endian. */
export function unbondingKey(place: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = StateKind.unbonding;
  new DataView(key.buffer).setBigUint64(1, BigInt(place));
  return key;
}
