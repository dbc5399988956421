// The engine with real keys: three co-hosted seats and a remote one, all in one process.
import { expect, test } from "vitest";
import { decidedCertificate, initialState, step } from "../../../src/protocol/consensus/engine.ts";
import { consensusMessageCodec } from "../../../src/protocol/consensus/messages.ts";
import { seatList } from "../../../src/protocol/consensus/seats.ts";
import type { ConsensusConfig, ConsensusInput } from "../../../src/protocol/consensus/state.ts";
import {
  type VerifyContext,
  verifyCertificate,
  verifyMessage,
} from "../../../src/protocol/consensus/verify-message.ts";
import { aggregateSignatures, publicKeyOf, sign } from "../../../src/protocol/crypto/bls.ts";
import { SeatKeys } from "../../../src/protocol/crypto/seat-keys.ts";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import { configOf, contextOf, testValue } from "./setup.ts";

const secrets = [1, 2, 3, 4].map((seat) => new Uint8Array(32).fill(seat));

function sum(signatures: readonly Uint8Array[]): Uint8Array {
  const total = aggregateSignatures(signatures);
  if (total === undefined) throw new Error("Signatures that cancel out");
  return total;
}

function blsConfig(own: readonly number[]): ConsensusConfig {
  return {
    ...configOf(4, own),
    sign: (seats, message) =>
      sum(seatList(seats).map((seat) => sign(secrets[seat] as Uint8Array, message))),
    aggregate: sum,
  };
}

function blsContext(): VerifyContext {
  const keys = SeatKeys.parse(secrets.map(publicKeyOf));
  if (!keys.ok) throw new Error("Invalid test keys");
  return { ...contextOf(4), keys: keys.value };
}

test("R-4.1 after a view change, BLS votes of a group and a remote seat decide and verify", () => {
  const context = blsContext();
  const voters = [[0, 2, 3], [1]].map((own) => {
    const config = blsConfig(own);
    return { config, state: initialState(config) };
  });
  const queue: [to: number, input: ConsensusInput][] = [];
  const post = (to: number, input: ConsensusInput): void => void queue.push([to, input]);
  for (const kind of ["start", "timeout"] as const) {
    for (const to of [0, 1]) post(to, { kind, view: 0 });
  }
  const value = testValue(1, 1);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [to, input] = next;
    const voter = voters[to] as (typeof voters)[number];
    const { state, outputs } = step(voter.config, voter.state, input);
    voter.state = state;
    for (const output of outputs) {
      if (output.kind === "propose") post(to, { kind: "proposed", view: output.view, value });
      if (output.kind === "check") post(to, { ...output, kind: "checked", valid: true });
      if (output.kind !== "broadcast") continue;
      const bytes = consensusMessageCodec.encode(output.message);
      const result = verifyMessage(context, decodeStored(consensusMessageCodec, bytes));
      if (!result.ok) throw new Error(`Refused: ${result.refusal.code}`);
      post(1 - to, result.value);
    }
  }
  for (const { state } of voters) {
    const decided = decidedCertificate(state);
    expect(decided).toMatchObject({ view: 1, value });
    if (decided !== null) expect(verifyCertificate(context, decided).ok).toBe(true);
    expect(seatList(decided?.seats ?? new Uint8Array())).toEqual([0, 1, 2, 3]);
  }
});
