// Questions about stakes, which T0's shard answers.
import type { StakingAnswers, StakingQuestion } from "../actors/rpc.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import type { ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import { chainParent } from "./chain-parent.ts";
import type { GatewayContext } from "./context.ts";
import { askChain } from "./routing.ts";

/** Asks T0's shard. */
export async function askStaking<K extends keyof StakingAnswers>(
  context: GatewayContext,
  question: Extract<StakingQuestion, { readonly kind: K }>,
): Promise<StakingAnswers[K]> {
  const root = await chainParent(context, ROOT_CHAIN);
  const answer = await askChain(context, root, (shard) => shard.staking(question));
  // Each question has its own kind of answer.
  return answer as StakingAnswers[K];
}

/** by set, the stakes of its seats together. Asks nobody about none. */
export async function stakesOfSets(
  context: GatewayContext,
  sets: readonly ValidatorSetRecord[],
): Promise<ReadonlyMap<number, bigint>> {
  if (sets.length === 0) return new Map();
  const stakes = await askStaking<"setStakes">(context, {
    kind: "setStakes",
    sets: sets.map(({ seats }) => seats.map(({ publicKey }) => publicKey)),
  });
  return new Map(sets.map(({ set }, i) => [set, stakes[i] ?? 0n]));
}
