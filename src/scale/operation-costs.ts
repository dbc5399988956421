// What an operation of cryptography takes on this machine: a small run of the real ones, for the price of those that are only counted.
import { importSigningKey, signEd25519, verifyEd25519 } from "../crypto/ed25519.ts";
import { BLS_SEATS } from "../protocol/consensus/seat-scheme.ts";
import { seatSet } from "../protocol/consensus/seats.ts";
import { provePossession, publicKeyOf, sign } from "../protocol/crypto/bls.ts";
import { deriveSeatSecret, sumSecrets } from "../protocol/crypto/seat-secret.ts";
import { utf8 } from "../protocol/encoding/bytes.ts";
import type { Operation } from "./counted-crypto.ts";
import { processorTime } from "./metered.ts";

/** In ms of processor time. */
export type OperationCosts = Readonly<Record<Operation, number>>;

const SECRET = new Uint8Array(32).fill(5);
const DOMAIN = new Uint8Array(32).fill(6);
/** As many as a set has; a voter signs with the sum of its secrets, and a certificate's keys are added up once for each bitmap. */
const SEATS = 21;
const TIMES = 5;
const TIMES_CHEAP = 50;

async function meanMs(
  times: number,
  body: (i: number) => unknown | Promise<unknown>,
): Promise<number> {
  await body(-1);
  const start = processorTime();
  for (let i = 0; i < times; i++) await body(i);
  return (processorTime() - start) / times / 1_000;
}

export async function measureCosts(): Promise<OperationCosts> {
  const secrets = Array.from({ length: SEATS }, (_, seat) =>
    deriveSeatSecret(SECRET, { networkName: "costs", epoch: 0, set: 1, seat }),
  );
  const [first = SECRET] = secrets;
  const all = sumSecrets(secrets);
  const publicKeys = secrets.map(publicKeyOf);
  const keys = BLS_SEATS.keys(publicKeys);
  const seats = seatSet(SEATS, [...secrets.keys()]);
  // Another message each time: verdicts about the same one are remembered.
  const message = (i: number): Uint8Array => utf8(`message ${i}`);
  const signatures = Array.from({ length: TIMES + 1 }, (_, i) => sign(all, message(i - 1)));
  const proof = provePossession(first, DOMAIN);
  const user = await importSigningKey(SECRET);
  const signed = await signEd25519(user, message(0));
  return {
    sign: await meanMs(TIMES, (i) => sign(all, message(i))),
    verify: await meanMs(TIMES, (i) =>
      keys.verify(seats, message(i), signatures[i + 1] as Uint8Array),
    ),
    aggregate: await meanMs(TIMES, () => BLS_SEATS.aggregate(signatures)),
    possession: await meanMs(TIMES, () =>
      BLS_SEATS.provesPossession(publicKeys[0] as Uint8Array, DOMAIN, proof),
    ),
    ed25519: await meanMs(TIMES_CHEAP, () => verifyEd25519(user.publicKey, message(0), signed)),
  };
}
