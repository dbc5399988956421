import {
  aggregatePublicKeys,
  aggregateSignatures,
  provePossession,
  publicKeyOf,
  sign,
  verifyAggregate,
  verifyPossession,
} from "../../src/protocol/crypto/bls.ts";
import { type PublicKey, parsePublicKey } from "../../src/protocol/crypto/bls-curve.ts";
import { seatSecretOf } from "../support/genesis.ts";
import type { Task } from "./micro-task.ts";

export function blsTasks(): Task[] {
  const message = new Uint8Array(32).fill(3);
  const networkId = new Uint8Array(32).fill(9);
  const secrets = Array.from({ length: 21 }, (_, seat) => seatSecretOf(seat));
  const keys = secrets.map((secret) => parsePublicKey(publicKeyOf(secret)) as PublicKey);
  const signatures = secrets.map((secret) => sign(secret, message));
  const [secret] = secrets as [Uint8Array];
  const possession = provePossession(secret, networkId);
  const aggregate = (seats: number): Task => {
    const signature = aggregateSignatures(signatures.slice(0, seats)) as Uint8Array;
    const own = keys.slice(0, seats);
    return {
      name: `BLS: verify the aggregate of ${seats} seats`,
      run: () => void verifyAggregate(own, message, signature),
    };
  };
  return [
    { name: "BLS: sign", run: () => void sign(secret, message) },
    { name: "BLS: aggregate 21 signatures", run: () => void aggregateSignatures(signatures) },
    { name: "BLS: aggregate 21 keys", run: () => void aggregatePublicKeys(keys) },
    ...[4, 7, 21].map(aggregate),
    {
      name: "BLS: verify a proof of possession",
      run: () => void verifyPossession(publicKeyOf(secret), networkId, possession),
    },
  ];
}
