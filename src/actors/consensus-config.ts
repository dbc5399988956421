// The consensus engine's configuration for the hosted seats of a set in one round.
import { proposerSeat } from "../protocol/consensus/proposer.ts";
import { type ConsensusConfig, TIMEOUT_MS_BASE } from "../protocol/consensus/state.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import type { Network } from "./network.ts";

export function consensusConfig(
  network: Network,
  hosted: HostedSeats,
  set: number,
  round: number,
): ConsensusConfig {
  const seed = network.seedAt(round);
  const seats = network.setRecord(set)?.seats.length ?? 0;
  return {
    networkId: network.id,
    epoch: network.epochAt(round),
    set,
    round,
    seats,
    own: hosted.seats,
    proposerOf: (view) => proposerSeat(seed, set, round, view, seats),
    sign: (members, message) => hosted.sign(members, message),
    aggregate: (signatures) => network.scheme.aggregate(signatures),
    timeoutMsBase: TIMEOUT_MS_BASE,
  };
}
