// Names good candidates to the shard as badly signed, so that it throws them out of its mempool: the shard must look itself.
import { splitSignatures, transactionId } from "../../protocol/ledger/transaction.ts";
import type { Behaviour } from "./behaviour.ts";
import { readTransaction } from "./forged-block.ts";

export const accusing: Behaviour = ({ memory, network, random, send, act }) => {
  const idOf = (bytes: Uint8Array): Uint8Array[] => {
    const transaction = readTransaction(bytes);
    if (transaction === null) return [];
    const [unsigned] = splitSignatures(bytes, transaction.signatures.length);
    return [transactionId(network.id, unsigned)];
  };
  return {
    turn() {
      const opening = random.pick(memory.openings);
      const ids = (opening?.candidates ?? []).flatMap(idOf);
      if (opening === undefined || ids.length === 0) return;
      const { shard } = opening;
      const round = memory.round + random.between(-1, 1);
      send({ to: { kind: "shard", shard }, request: { kind: "suspects", round, ids } });
      act();
    },
  };
};
