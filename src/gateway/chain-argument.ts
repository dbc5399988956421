// Ids that users write: "T12" for a chain, decimal numbers for shards and sets.

import { parseChainId } from "../protocol/ledger/chain-id.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { GatewayContext } from "./context.ts";
import { badInput, gatewayError, quote } from "./errors.ts";

/** Throws BAD_USER_INPUT for anything that no chain can be called. */
export function chainNumber(id: string): number {
  const chain = parseChainId(id);
  if (chain === null) throw badInput("Invalid chain", id, 'a chain id such as "T0"');
  return chain;
}

/** undefined for a chain that the network does not have. */
export const findChain = (
  { directory, peers }: GatewayContext,
  id: string,
): Promise<ChainRecord | undefined> => directory.find(peers, chainNumber(id));

/** Throws NOT_FOUND where there is no other way to say that a chain does not exist. */
export async function requireChain(context: GatewayContext, id: string): Promise<ChainRecord> {
  const record = await findChain(context, id);
  if (record !== undefined) return record;
  throw gatewayError("NOT_FOUND", `Cannot find chain ${quote(id)}: choose one of \`chains\``);
}

const NUMBER = /^(0|[1-9][0-9]{0,9})$/;

/** The number of a shard or a set. Throws BAD_USER_INPUT. */
export function numberOf(what: "shard" | "validator set", id: string): number {
  if (!NUMBER.test(id)) throw badInput(`Invalid ${what}`, id, 'a number such as "0"');
  return Number(id);
}
