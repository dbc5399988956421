// Resolvers of schema/validators.graphql: T0's shard knows all of it.
import { toHex } from "../../protocol/encoding/bytes.ts";
import { ROOT_CHAIN } from "../../protocol/ledger/chain-id.ts";
import { DELEGATIONS_MAX, UNBONDINGS_MAX } from "../../protocol/limits.ts";
import type { Stakes } from "../../protocol/staking/stakes.ts";
import { totalStake } from "../../protocol/staking/validator.ts";
import { askStaking } from "../ask-staking.ts";
import { forwardConnection, type PageArguments, pageOf } from "../connections.ts";
import type { GatewayContext } from "../context.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { setParent } from "../topology-parents.ts";
import { decodePlace, encodePlace } from "../validator-cursor.ts";

const stakesOf = (context: GatewayContext, staker: Uint8Array): Promise<Stakes> =>
  askStaking<"stakes">(context, { kind: "stakes", staker });

export const validatorResolvers: Resolvers = {
  Query: {
    validator: async (_, { address }, context) =>
      (await askStaking<"validator">(context, { kind: "validator", address })) ?? null,
    validators,
  },
  Validator: {
    totalStake,
    async unbondings({ address }, _args, context) {
      const { unbondings } = await stakesOf(context, address);
      const own = toHex(address);
      return unbondings.filter(({ validator }) => toHex(validator) === own);
    },
    seats({ publicKey }, _args, context) {
      const key = toHex(publicKey);
      return context.network.seatsOf(key).map(({ set, index }) => ({
        validatorSet: setParent(context, set),
        index,
      }));
    },
  },
  Account: {
    delegations: async ({ address }, _args, context) =>
      (await stakesOf(context, address)).delegations,
    unbondings: async ({ address }, _args, context) =>
      (await stakesOf(context, address)).unbondings,
  },
  Chain: {
    staked: ({ chain }, _args, context) =>
      chain === ROOT_CHAIN ? askStaking<"total">(context, { kind: "total" }) : 0n,
  },
  NetworkParameters: {
    minimumBond: (_, _args, { network }) => network.genesis.staking.minimumBond,
    unbondingRounds: (_, _args, { network }) => network.genesis.staking.unbondingRounds,
    delegations: () => DELEGATIONS_MAX,
    unbondings: () => UNBONDINGS_MAX,
  },
};

async function validators(_: unknown, args: PageArguments, context: GatewayContext) {
  const page = pageOf(args);
  const after = decodePlace("validator", args.after);
  const limit = page.size + 1;
  const views = await askStaking<"validators">(context, { kind: "validators", after, limit });
  const entries = views.map((node) => ({ cursor: encodePlace("validator", node), node }));
  return forwardConnection(page, args, entries);
}
