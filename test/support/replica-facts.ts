// All that a replica says about itself, as plain values: two replicas are the same if these are.
import type { Replica } from "../../src/actors/replica.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";

/**
 * What it says before `round`; windows and states as that round and the next ones would see them.
 */
export function replicaFacts(replica: Replica, round: number): object {
  const chains = replica.chainIds(0, 100);
  const rounds = [round, round + 1, round + 2];
  const { head, headCertificate, executedRound, hasUnexecuted } = replica;
  return {
    head: [head.round, toHex(head.hash)],
    headCertificate,
    executedRound,
    hasUnexecuted,
    chains: chains.map((chain) => [chain, toHex(replica.state.root(chain)), replica.chain(chain)]),
    judges: rounds.map((one) => replica.canJudge(one)),
    rootDue: replica.nextRootDue(),
    uncarried: rounds.map((one) => replica.hasUncarriedRoot(one)),
    windows: rounds.map((one) => chains.map((chain) => windowOf(replica, one, chain))),
    roots: rounds.map((one) =>
      chains.map((chain) => toHex(replica.state.rootAfter(chain, one - 3))),
    ),
    view: replica.canJudge(round) ? viewFacts(replica, round, chains) : null,
  };
}

function windowOf(replica: Replica, round: number, chain: number): object {
  const { inflight, authorised } = replica.windows(round)(chain);
  return { inflight: [...inflight].sort(), authorised: [...authorised].sort() };
}

function viewFacts(replica: Replica, round: number, chains: readonly number[]): object {
  const view = replica.view(round);
  return {
    carry: view.rootsToCarry(),
    chains: chains.map((chain) => [view.chainParent(chain), toHex(view.stateRoot(chain))]),
  };
}
