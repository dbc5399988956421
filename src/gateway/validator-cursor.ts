// Places in lists of validators that go by stake: the stake that one had there, and the address.
import type { ValidatorPlace, ValidatorView } from "../actors/rpc.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { totalStake } from "../protocol/staking/validator.ts";
import { type CursorKind, decodeCursor, encodeCursor } from "./connections.ts";

type ValidatorList = Extract<CursorKind, "validator" | "validator queue">;

const PLACE = /^(0|[1-9][0-9]{0,38}):[0-9a-f]{40}$/;

export const placeOf = (validator: ValidatorView): ValidatorPlace => ({
  stake: totalStake(validator),
  address: validator.address,
});

export function encodePlace(list: ValidatorList, validator: ValidatorView): string {
  const { stake, address } = placeOf(validator);
  return encodeCursor(list, `${stake}:${toHex(address)}`);
}

/** null without a cursor. Throws BAD_USER_INPUT for one of another list. */
export function decodePlace(
  list: ValidatorList,
  cursor: string | null | undefined,
): ValidatorPlace | null {
  const position = decodeCursor(list, cursor, PLACE);
  if (position === null) return null;
  const [stake = "", address = ""] = position.split(":");
  return { stake: BigInt(stake), address: fromHex(address) };
}
