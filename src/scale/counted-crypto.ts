// Cryptography counted, not computed: signatures are tags of the same size, and each operation is put to the account of the actor
// whose step asks for it. Two signatures of one message differ as real ones do, so a wrong one is still refused.
import type { HostedSeats } from "../actors/hosted-seats.ts";
import type { SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatSet } from "../protocol/consensus/seats.ts";
import { possessionDomain } from "../protocol/genesis/possession-domain.ts";
import {
  signatureChecks,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import { verified } from "../protocol/ledger/verified.ts";
import type { Seat } from "../protocol/rounds/epoch.ts";
import { SeatTags, UserTags } from "../simulator/tags.ts";
import type { Meter, Tally } from "./meter.ts";

/** `sign`, `verify` and so on: BLS12-381 by seats. `ed25519`: a check of one signature of a user. */
export const OPERATIONS = ["sign", "verify", "aggregate", "possession", "ed25519"] as const;
export type Operation = (typeof OPERATIONS)[number];

export const NETWORK_NAME = "scale";
const DOMAIN = possessionDomain(NETWORK_NAME);

export class CountedCrypto {
  readonly users = new UserTags(NETWORK_NAME);
  readonly scheme: SeatScheme;
  readonly #seats = new SeatTags(NETWORK_NAME);
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
    const { scheme } = this.#seats;
    this.scheme = {
      keys: (publicKeys) => {
        const keys = scheme.keys(publicKeys);
        return {
          verify: (seats, message, signature) => {
            this.#count("verify");
            return keys.verify(seats, message, signature);
          },
        };
      },
      aggregate: (signatures) => {
        // Of one signature there is nothing to add up.
        if (signatures.length > 1) this.#count("aggregate");
        return scheme.aggregate(signatures);
      },
      provesPossession: (publicKey, domain, proof) => {
        this.#count("possession");
        return scheme.provesPossession(publicKey, domain, proof);
      },
    };
  }

  seat(set: number, seat: number): Seat {
    const publicKey = this.#seats.publicKey(`set ${set} seat ${seat}`);
    return { publicKey, proofOfPossession: this.#seats.provePossession(publicKey, DOMAIN) };
  }

  hosted(publicKeys: readonly Uint8Array[], seats: SeatSet): HostedSeats {
    const hosted = this.#seats.hosted(publicKeys, seats);
    return {
      seats,
      sign: (members, message) => {
        this.#count("sign");
        return hosted.sign(members, message);
      },
    };
  }

  /** Those whose signatures all hold, in order, put to `tally`'s account: natively they are checked outside of steps. */
  verify(tally: Tally, transactions: readonly UnverifiedTransaction[]): VerifiedTransaction[] {
    return transactions.flatMap((unverified) => {
      const verdicts = signatureChecks(unverified).map(({ publicKey, message, signature }) => {
        tally.add("operations", "ed25519", 1);
        return this.users.verify(publicKey, message, signature);
      });
      const result = verified(unverified, verdicts);
      return result.ok ? [result.value] : [];
    });
  }

  #count(operation: Operation): void {
    this.#meter.current?.add("operations", operation, 1);
  }
}
