// What is staked at the end of a run, as T0's shard has it.
import type { Shard } from "../actors/shard.ts";
import { answerStaking, type StakingAnswers } from "../actors/staking-queries.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import type { Observation, ObservedStake } from "./checkers/observation.ts";

// More than any world has.
const ALL = 1_000_000;

/** `addresses`: all that the world ever used. */
export function stakesOf(
  shards: readonly Pick<Shard, "replica">[],
  addresses: readonly Uint8Array[],
): Pick<Observation, "validators" | "stakes"> {
  const shard = shards.find(({ replica }) => replica.has(ROOT_CHAIN));
  if (shard === undefined) return { validators: [], stakes: [] };
  const validators = answerStaking(shard, {
    kind: "validators",
    after: null,
    limit: ALL,
  }) as StakingAnswers["validators"];
  return {
    validators: validators.map((one) => ({
      address: toHex(one.address),
      key: toHex(one.publicKey),
      commission: one.commission,
      own: one.ownStake,
      delegated: one.delegatedStake,
      unbonding: one.unbonding,
    })),
    stakes: addresses.flatMap((staker) => stakesOfOne(shard, staker)),
  };
}

function stakesOfOne(shard: Pick<Shard, "replica">, staker: Uint8Array): ObservedStake[] {
  const { delegations, unbondings } = answerStaking(shard, {
    kind: "stakes",
    staker,
  }) as StakingAnswers["stakes"];
  return [...delegations, ...unbondings].map((one) => ({
    staker: toHex(staker),
    validator: toHex(one.validator),
    amount: one.amount,
    releaseRound: "releaseRound" in one ? (one.releaseRound as number) : null,
  }));
}
