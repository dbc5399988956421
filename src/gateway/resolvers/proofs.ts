// Resolvers of schema/proofs.graphql.
import type { AccountProofView, InclusionProofView, NoProof } from "../../actors/rpc.ts";
import { findChain } from "../chain-argument.ts";
import { chainParent } from "../chain-parent.ts";
import { badInput, gatewayError } from "../errors.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { askChain, askShards } from "../routing.ts";

/** null for what does not exist, or not yet. Throws PROOF_PRUNED for what does not exist any more. */
function proofOf<T extends InclusionProofView | AccountProofView>(
  answers: readonly (T | NoProof)[],
): T | null {
  const proof = answers.find((answer) => answer.kind === "proof");
  if (proof !== undefined) return proof as T;
  if (!answers.some((answer) => answer.kind === "none" && answer.why === "PRUNED")) return null;
  throw gatewayError("PROOF_PRUNED", "Cannot prove any more: the shard does not keep the block");
}

export const proofResolvers: Resolvers = {
  Query: {
    async proof(_, { transaction: id, chain }, context) {
      if (chain == null) {
        const answers = await askShards(context, (shard) => shard.inclusionProof(id, null));
        return proofOf(answers.flatMap((one) => (one.kind === "here" ? [one.value] : [])));
      }
      const record = await findChain(context, chain);
      if (record === undefined) return null;
      const answer = await askChain(context, record, (shard) =>
        shard.inclusionProof(id, record.chain),
      );
      return proofOf([answer]);
    },
    async accountProof(_, { chain, address }, context) {
      const record = await findChain(context, chain);
      if (record === undefined) return null;
      const answer = await askChain(context, record, (shard) =>
        shard.accountProof(record.chain, address),
      );
      return proofOf([answer]);
    },
    async epochProofs(_, { after }, { peers }) {
      if (after < 0) throw badInput("Invalid after", after, "the number of an epoch, 0 or more");
      return peers.merkleChain.epochProofs(after);
    },
  },
  InclusionProof: {
    transactionId: ({ id }) => id,
    chain: ({ chain }, _args, context) => chainParent(context, chain),
  },
  AccountProof: {
    chain: ({ chain }, _args, context) => chainParent(context, chain),
    present: ({ account }) => account !== null,
  },
  ProvenAccount: {
    amount: ({ balance }) => balance,
    ownReserve: ({ reserve }) => reserve,
    delegate({ delegation }) {
      if (delegation === null) return null;
      const { delegate, allowance, lastRound } = delegation;
      return { address: delegate, allowance, lastRound };
    },
  },
};
