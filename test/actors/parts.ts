// What the MerkleChain opens rounds with, as tests look at it.
import type { OpenPartRequest } from "../../src/actors/peers.ts";
import {
  type MerkleChainBody,
  merkleChainBodyCodec,
} from "../../src/protocol/blocks/merkle-chain-body.ts";
import { accepted } from "../support/transactions.ts";
import type { Bank } from "./bank.ts";
import type { LocalNetwork } from "./local-network.ts";

export const bodyOf = ({ body }: OpenPartRequest): MerkleChainBody =>
  accepted(merkleChainBodyCodec.decode(body));

export const openings = (net: LocalNetwork): OpenPartRequest[] =>
  net.sent.flatMap(([, one]) => (one.kind === "openPart" ? [one] : []));

/** Lets time pass until the MerkleChain opens a round, which no set hears of. */
export async function heldOpening({ net }: Bank): Promise<OpenPartRequest> {
  net.sent = [];
  net.lose = (_, { kind }) => kind === "openPart";
  for (let i = 0; i < 60 && openings(net).length === 0; i++) await net.sleep(1);
  const [opening] = openings(net);
  if (opening === undefined) throw new Error("Nothing was opened");
  return opening;
}
