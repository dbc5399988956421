// How long to wait for somebody who does not answer, before asking again.
import type { Network } from "./network.ts";

// The first patience is half a round; each try doubles it.
const RETRY_DOUBLINGS_MAX = 5;

/**
 * What everybody waits for within the round, a result or its certificate, is asked for so often in one round before patience begins.
 * What is late by a round at each set on its way is late by more than k rounds in the end, and rounds are lost.
 */
const PROMPT_TRIES = 8;

/** How long to wait for a shard after so many tries, in ms. */
export const patienceMs = ({ roundMs }: Network, times: number): number =>
  (roundMs / 2) * 2 ** Math.min(times, RETRY_DOUBLINGS_MAX);

/** How long to wait, in ms, for something that is due within the round, after so many tries. */
export const promptMs = (network: Network, times: number): number =>
  times < PROMPT_TRIES ? network.roundMs / PROMPT_TRIES : patienceMs(network, times - PROMPT_TRIES);
