// The names of the Durable Objects: who spells one otherwise reaches another, empty object.
export const MERKLE_CHAIN_NAME = "merkle-chain";

export const shardName = (shard: number): string => `shard-${shard}`;

export const validatorSetName = (set: number): string => `set-${set}`;
