// What a signature or an id is about: every signed or identified message begins with
// (domain, network, epoch or 0, kind), so that bytes signed for one purpose mean nothing for another.
import { concatBytes, equalBytes, utf8 } from "./bytes.ts";

const DOMAIN = utf8("YGGDRASIL-V1\0\0\0\0");

/** The purposes, numbered for ever; a number is never used twice. */
export const MessageKind = {
  transaction: 1,
  authorisation: 2,
  jointHeader: 3,
  chainHeader: 4,
  shardPayload: 5,
  merkleChainBlock: 6,
  offer: 7,
  proposal: 16,
  prepareVote: 17,
  commitVote: 18,
  viewChange: 19,
  proofOfPossession: 20,
  resultVote: 21,
  epochSeed: 22,
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

/**
 * The 57 bytes that a message of this kind begins with: domain (16), network id (32), epoch (8, big-endian), kind (1).
 * `epoch` is 0 for what no epoch bounds: transactions, authorisations and offers.
 */
export function messagePrefix(networkId: Uint8Array, epoch: number, kind: MessageKind): Uint8Array {
  const known = latest.get(kind);
  if (known?.epoch === epoch && equalBytes(known.networkId, networkId)) return known.prefix;
  const prefix = makePrefix(networkId, epoch, kind);
  latest.set(kind, { networkId: networkId.slice(), epoch, prefix });
  return prefix;
}

/** The prefix of each kind that was asked for last: a network's transactions all begin alike. Never written to. */
const latest = new Map<
  MessageKind,
  { readonly networkId: Uint8Array; readonly epoch: number; readonly prefix: Uint8Array }
>();

function makePrefix(networkId: Uint8Array, epoch: number, kind: MessageKind): Uint8Array {
  if (networkId.length !== 32) throw new TypeError(`Invalid network id: ${networkId.length} bytes`);
  const tail = new Uint8Array(9);
  new DataView(tail.buffer).setBigUint64(0, BigInt(epoch));
  tail[8] = kind;
  return concatBytes(DOMAIN, networkId, tail);
}
