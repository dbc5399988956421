// The operations of development networks: moving a manual clock, and a faucet.

import type { ActorRpc } from "../actors/rpc.ts";
import { importSigningKey, type SigningKey, signEd25519 } from "../crypto/ed25519.ts";
import { addressOf } from "../protocol/crypto/address.ts";
import { faucetSeed } from "../protocol/crypto/seat-secret.ts";
import { parseDeploymentSecret } from "../protocol/genesis/network-config.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import {
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import { roundAt, roundStartMs } from "../protocol/rounds/epoch.ts";
import type { GatewayContext } from "./context.ts";
import { badInput, gatewayError } from "./errors.ts";
import { ADVANCE_ROUNDS_MAX } from "./limits.ts";
import { nowMs } from "./network-facts.ts";
import { refused, type SubmitAnswer } from "./parents.ts";
import { submit } from "./submit.ts";

/**
 * Moves the clock of every object to the start of the round `rounds` later; due work is done on the
 * way, round by round.
 */
export async function advance(
  { network, peers }: GatewayContext,
  rounds: number,
): Promise<{ round: number; time: Date }> {
  if (network.clock !== "manual") {
    const message =
      'Cannot advance the clock: it moves by itself; set clock to "manual" in NETWORK';
    throw gatewayError("CLOCK_NOT_MANUAL", message);
  }
  if (rounds < 1 || rounds > ADVANCE_ROUNDS_MAX) {
    throw badInput("Invalid rounds", rounds, `from 1 to ${ADVANCE_ROUNDS_MAX}`);
  }
  const { epoch } = network;
  // Shards last: what they begin at the new time, the others must not find in their future.
  const objects: ActorRpc[] = [
    ...epoch.sets.map(({ set }) => peers.validatorSet(set)),
    peers.merkleChain,
    ...epoch.shards.map(({ shard }) => peers.shard(shard)),
  ];
  await quiet(objects);
  const start = roundAt(epoch, await nowMs(network, peers));
  const end = start + rounds;
  let round = start + 1;
  for (;;) {
    const dueMs = await runUntilIdle(objects, roundStartMs(epoch, round));
    if (round === end) break;
    // Nothing happens before the first object is due: the clock can go there, or to the end, at
    // once.
    const due = dueMs === null ? end : roundAt(epoch, dueMs - 1) + 1;
    const next = Math.min(end, Math.max(round + 1, due));
    // Up to the last moment before, so that all clocks are close to each other when the round
    // begins.
    if (next > round + 1) await runUntilIdle(objects, roundStartMs(epoch, next) - 1);
    round = next;
  }
  return { round: end, time: new Date(roundStartMs(epoch, end)) };
}

/** How often objects may be due again at the same instant, before time moves on all the same. */
const TICKS_AT_ONCE_MAX = 20;

/**
 * Does all that is due at this time, on every object; answers when the first of them is due next,
 * null for never.
 */
async function runUntilIdle(objects: readonly ActorRpc[], timeMs: number): Promise<number | null> {
  await tickAll(objects, timeMs);
  for (let ticks = 0; ticks < TICKS_AT_ONCE_MAX; ticks++) {
    await quiet(objects);
    // The first tick cannot know what the answers to it lead to: ask again, and again while
    // something is due at once.
    const before = await stepsOf(objects);
    const dues = await tickAll(objects, timeMs);
    await quiet(objects);
    const after = await stepsOf(objects);
    const ticked = after.every((steps, i) => steps === (before[i] ?? 0) + 1);
    const dueMs = dues.length === 0 ? null : Math.min(...dues);
    if (ticked && (dueMs === null || dueMs > timeMs)) return dueMs;
  }
  return timeMs;
}

async function tickAll(objects: readonly ActorRpc[], timeMs: number): Promise<number[]> {
  const dues: number[] = [];
  for (const object of objects) {
    const due = await object.advanceClock(timeMs);
    if (due !== null) dues.push(due);
  }
  return dues;
}

const stepsOf = (objects: readonly ActorRpc[]): Promise<number[]> =>
  Promise.all(objects.map((object) => object.settled()));

/** Waits until no object has anything under way and none has stepped since. */
async function quiet(objects: readonly ActorRpc[]): Promise<void> {
  let before = await stepsOf(objects);
  for (;;) {
    const after = await stepsOf(objects);
    if (after.every((steps, i) => steps === before[i])) return;
    before = after;
  }
}

/** Others can take the faucet's nonce in between. */
const FAUCET_ATTEMPTS = 5;
/** Long enough for any wait, far below the bound of. */
const FAUCET_VALID_ROUNDS = 1_000;

/** A transfer from the account that the genesis record of a development network gives funds to. */
export async function faucet(
  context: GatewayContext,
  record: ChainRecord,
  to: Uint8Array,
  amount: bigint,
): Promise<SubmitAnswer> {
  const { env, network, peers } = context;
  const secret = parseDeploymentSecret(env.DEPLOYMENT_SECRET);
  const key = await importSigningKey(faucetSeed(secret, network.genesis.name));
  const payer = addressOf(key.publicKey);
  const shard = peers.shard(record.shard);
  const round = roundAt(network.epoch, await nowMs(network, peers));
  let answer: SubmitAnswer = refused({ code: "UNKNOWN_CHAIN", chain: record.chain });
  for (let attempt = 0; attempt < FAUCET_ATTEMPTS; attempt++) {
    const balance = await shard.balance(record.chain, payer);
    if (balance === null) return answer;
    const bytes = await signTransfer(key, {
      version: TRANSACTION_VERSION,
      networkId: network.id,
      legs: [
        {
          chain: record.chain,
          gasLimit: gasRequired("transfer", 0),
          payment: {
            payer,
            sequence: { kind: "nonce", nonce: balance.nextNonce },
            gasPrice: record.gasPriceMin,
          },
        },
      ],
      payload: { kind: "transfer", to, amount },
      validUntil: round + FAUCET_VALID_ROUNDS,
      authorisations: [],
    });
    [answer = answer] = await submit(context, [bytes]);
    const { __typename } = answer;
    if (__typename === "Accepted" || !isOvertaken(answer.refusal.code)) return answer;
  }
  return answer;
}

const isOvertaken = (code: string): boolean => code === "NONCE_TAKEN" || code === "NONCE_TOO_LOW";

async function signTransfer(
  key: SigningKey,
  transaction: UnsignedTransaction,
): Promise<Uint8Array> {
  const { networkId } = transaction;
  const id = transactionId(networkId, unsignedTransactionCodec.encode(transaction));
  const signature = await signEd25519(key, transactionMessage(networkId, id));
  const signatures = [{ publicKey: key.publicKey, signature }];
  return transactionCodec.encode({ ...transaction, signatures });
}
