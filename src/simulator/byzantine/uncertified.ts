// Hands the shard blocks that no quorum certified: under its own seats' votes, under all seats' names, under a lock, under another
// round's certificate.
import { certifiedBlockCodec } from "../../protocol/blocks/shard-block.ts";
import type { Certificate } from "../../protocol/consensus/messages.ts";
import { allSeats } from "../../protocol/consensus/seats.ts";
import type { Behaviour } from "./behaviour.ts";

export const uncertified: Behaviour = (means) => {
  const { memory, random, speech, set, shards, send, act } = means;

  const certificateFor = (round: number, value: Uint8Array): Certificate => {
    const own = speech.certificate(round, random.between(0, 1), value);
    const lock = memory.locks.findLast((one) => one.round === round);
    const old = memory.locks.find((one) => one.round < round);
    return random.pick<Certificate>([
      own,
      { ...own, seats: allSeats(speech.seats) },
      // Of nobody's commit votes, whoever they name.
      { ...(lock ?? own), phase: "commit", value },
      { ...(lock ?? own) },
      { ...(old ?? own), round, value },
      { ...own, set: set + 1 },
    ]);
  };

  return {
    /** With a good certificate another body than it is for: the round must not be closed for that. */
    sends(sent) {
      if (sent.request.kind !== "commit") return [sent];
      const decoded = certifiedBlockCodec.decode(sent.request.certifiedBlock);
      const body = decoded.ok ? decoded.value.block.shardBlocks[0] : undefined;
      if (!decoded.ok || body === undefined) return [sent];
      const { block, certificate } = decoded.value;
      const [list, ...lists] = body.singleChain;
      const fewer = list === undefined ? [] : list.transactions.slice(1);
      const singleChain =
        list === undefined || fewer.length === 0
          ? lists
          : [{ ...list, transactions: fewer }, ...lists];
      const shardBlocks = [{ ...body, singleChain }];
      const swapped = { block: { ...block, shardBlocks }, certificate };
      const certifiedBlock = certifiedBlockCodec.encode(swapped);
      act();
      return [{ ...sent, request: { ...sent.request, certifiedBlock } }, sent];
    },
    turn() {
      const { round } = memory;
      const known = [...memory.values.values()].filter(({ block }) => block !== null);
      const chosen = random.pick(known);
      const shard = random.pick(shards);
      if (chosen === undefined || chosen.block === null || shard === undefined) return;
      const { block, value } = chosen;
      const certificate = certificateFor(round, value);
      const certifiedBlock = certifiedBlockCodec.encode({ block, certificate });
      send({
        to: { kind: "shard", shard },
        request: { kind: "commit", set, certifiedBlock, partnerBlock: null },
      });
      act();
    },
  };
};
