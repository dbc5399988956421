// What a set weighs (R-12.2, R-12.3): the stakes behind its seats, by T0's state.
import { decodeStored } from "../encoding/codec.ts";
import { seatKeyKey, validatorKey } from "../merkle/state-key.ts";
import { totalStake, validatorCodec } from "./validator.ts";

/** An entry of T0's state. */
type RootEntry = (key: Uint8Array) => Uint8Array | undefined;

/** The stakes of the validators that registered these seat keys, together; a key that nobody has registered adds nothing. */
export function stakeOfSeats(entry: RootEntry, publicKeys: readonly Uint8Array[]): bigint {
  return publicKeys.reduce((sum, publicKey) => {
    const address = entry(seatKeyKey(publicKey));
    const validator = address === undefined ? undefined : entry(validatorKey(address));
    return validator === undefined
      ? sum
      : sum + totalStake(decodeStored(validatorCodec, validator));
  }, 0n);
}
