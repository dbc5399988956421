// Resolvers of schema/proofs.graphql.
import type { AccountProofView, InclusionProofView, NoProof } from "../../actors/rpc.ts";
import { findChain } from "../chain-argument.ts";
import { chainParent } from "../chain-parent.ts";
import { gatewayError } from "../errors.ts";
import type { Resolvers } from "../generated/schema-types.ts";

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
    async proof(_, { transaction, chain }, context) {
      const { network, peers } = context;
      const record = chain == null ? null : await findChain(context, chain);
      if (record === undefined) return null;
      const shards =
        record === null ? network.epoch.shards.map(({ shard }) => shard) : [record.shard];
      const answers = await Promise.all(
        shards.map((shard) =>
          peers.shard(shard).inclusionProof(transaction, record?.chain ?? null),
        ),
      );
      return proofOf(answers);
    },
    async accountProof(_, { chain, address }, context) {
      const record = await findChain(context, chain);
      if (record === undefined) return null;
      const peer = context.peers.shard(record.shard);
      return proofOf([await peer.accountProof(record.chain, address)]);
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
