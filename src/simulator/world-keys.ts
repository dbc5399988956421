// Who can sign in a world: seats and users, by tags or by the real signatures. Each signer goes to its owner and to nobody else.
import { type HostedSeats, hostedSeats } from "../actors/hosted-seats.ts";
import { importSigningKey, signEd25519 } from "../crypto/ed25519.ts";
import { verifyTransactions } from "../crypto/verify-transactions.ts";
import { BLS_SEATS, type SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatSet } from "../protocol/consensus/seats.ts";
import { addressOf } from "../protocol/crypto/address.ts";
import { provePossession, publicKeyOf } from "../protocol/crypto/bls.ts";
import { deriveSeatSecret } from "../protocol/crypto/seat-secret.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../protocol/encoding/bytes.ts";
import { possessionDomain } from "../protocol/genesis/possession-domain.ts";
import {
  signatureChecks,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import { verified } from "../protocol/ledger/verified.ts";
import type { Seat } from "../protocol/rounds/epoch.ts";
import { SeatTags, UserTags } from "./tags.ts";

export interface User {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly addressHex: string;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface WorldKeys {
  readonly scheme: SeatScheme;
  seat(set: number, seat: number): Seat;
  /** The signer of a voter's seats: only for that voter. */
  hosted(set: number, seats: SeatSet): HostedSeats;
  user(name: string): Promise<User>;
  /** Those whose signatures all hold, in order. */
  verify(
    transactions: readonly UnverifiedTransaction[],
  ): readonly VerifiedTransaction[] | Promise<readonly VerifiedTransaction[]>;
}

export const WORLD_NAME = "simulated";
const DOMAIN = possessionDomain(WORLD_NAME);

function userOf(name: string, { publicKey, sign }: Pick<User, "publicKey" | "sign">): User {
  const address = addressOf(publicKey);
  return { name, publicKey, address, addressHex: toHex(address), sign };
}

/** `seats`: how many every set has. */
export function tagKeys(seats: number): WorldKeys {
  const seatTags = new SeatTags(WORLD_NAME);
  const userTags = new UserTags(WORLD_NAME);
  const keyOf = (set: number, seat: number): Uint8Array =>
    seatTags.publicKey(`set ${set} seat ${seat}`);
  return {
    scheme: seatTags.scheme,
    seat(set, seat) {
      const publicKey = keyOf(set, seat);
      return { publicKey, proofOfPossession: seatTags.provePossession(publicKey, DOMAIN) };
    },
    hosted: (set, own) =>
      seatTags.hosted(
        Array.from({ length: seats }, (_, seat) => keyOf(set, seat)),
        own,
      ),
    user: async (name) => userOf(name, userTags.user(name)),
    verify: (transactions) =>
      transactions.flatMap((unverified) => {
        const verdicts = signatureChecks(unverified).map(({ publicKey, message, signature }) =>
          userTags.verify(publicKey, message, signature),
        );
        const result = verified(unverified, verdicts);
        return result.ok ? [result.value] : [];
      }),
  };
}

const SECRET = sha256(utf8("the deployment secret of simulated worlds"));

/** Keys and proofs take milliseconds each, and are the same in every world. */
const realSeats = new Map<string, Seat>();

export function realKeys(): WorldKeys {
  return {
    scheme: BLS_SEATS,
    seat(set, seat) {
      const known = realSeats.get(`${set} ${seat}`);
      if (known !== undefined) return known;
      const secret = deriveSeatSecret(SECRET, { networkName: WORLD_NAME, epoch: 0, set, seat });
      const proofOfPossession = provePossession(secret, DOMAIN);
      const made = { publicKey: publicKeyOf(secret), proofOfPossession };
      realSeats.set(`${set} ${seat}`, made);
      return made;
    },
    hosted: (set, seats) => hostedSeats(SECRET, WORLD_NAME, 0, set, seats),
    async user(name) {
      const key = await importSigningKey(sha256(utf8(`user ${name}`)));
      return userOf(name, {
        publicKey: key.publicKey,
        sign: (message) => signEd25519(key, message),
      });
    },
    verify: verifyTransactions,
  };
}
