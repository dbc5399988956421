// Signatures of these tests: the simulator's tags, of seats that are known by their numbers.
import { seatSet } from "../../../src/protocol/consensus/seats.ts";
import { SeatTags } from "../../../src/simulator/tags.ts";

export { sumTags } from "../../../src/simulator/tags.ts";

const SEATS = 42;
const tags = new SeatTags("consensus tests");
const keys = Array.from({ length: SEATS }, (_, seat) => tags.publicKey(`seat ${seat}`));
const everybody = tags.hosted(keys, seatSet(SEATS, keys.keys()));
const verifier = tags.scheme.keys(keys);

export const tag = (seats: readonly number[], message: Uint8Array): Uint8Array =>
  everybody.sign(seatSet(SEATS, seats), message);

export const verifyTags = (
  seats: readonly number[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean => verifier.verify(seatSet(SEATS, seats), message, signature);
