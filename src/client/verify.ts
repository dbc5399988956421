// The light client: checks what a server says against a genesis record, and trusts nothing else. Chains, addresses and
// hashes are texts, as in the API. What is of a later epoch needs the proofs of all epochs up to it.
import { formatAddress, parseAddress } from "../protocol/crypto/address.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import type { Account } from "../protocol/ledger/account.ts";
import { formatChainId, parseChainId } from "../protocol/ledger/chain-id.ts";
import type { Transaction } from "../protocol/ledger/transaction.ts";
import type {
  EpochProofRefusal,
  GenesisRefusal,
  ProofRefusal,
} from "../protocol/proofs/refusals.ts";
import { TrustedNetwork } from "../protocol/proofs/trusted-network.ts";
import * as account from "../protocol/proofs/verify-account.ts";
import * as inclusion from "../protocol/proofs/verify-inclusion.ts";
import { accept, type Result } from "../protocol/result.ts";

/** What was asked for; a proof of something else is refused. */
export interface ExpectedInclusion {
  /** 0x and 64 hex digits. */
  readonly transaction?: string;
  /** "T0", "T1", ... */
  readonly chain?: string;
}

export interface VerifiedInclusion {
  readonly transaction: string;
  readonly content: Transaction;
  readonly chain: string;
  readonly round: number;
  /** In the chain's block of that round. */
  readonly position: number;
  readonly epoch: number;
  readonly headerHash: string;
}

export interface ExpectedAccount {
  readonly address: string;
  readonly chain?: string;
  /** Refuse a state that is older than that after this round. */
  readonly stateRoundMin?: number;
}

export interface VerifiedAccount {
  readonly chain: string;
  readonly address: string;
  /** null: there was no such account, so it held nothing and had done nothing. */
  readonly account: Account | null;
  /** What is shown is the state after this round. */
  readonly stateRound: number;
  readonly stateRoot: string;
  /** The round of the header that carries the root. */
  readonly round: number;
  readonly epoch: number;
  readonly headerHash: string;
}

export interface VerifiedEpoch {
  readonly number: number;
  readonly activationRound: number;
  readonly activationTime: Date;
  /** Length of its rounds. */
  readonly roundMs: number;
}

export class LightClient {
  readonly #network: TrustedNetwork;

  private constructor(network: TrustedNetwork) {
    this.#network = network;
  }

  /**
   * From the bytes of a genesis record. Either they come from a source that is trusted, or `networkId` does, 0x and 64 hex
   * digits: then anybody may hand over the bytes. Takes half a second to one for 21 seats, once.
   */
  static open(genesis: Uint8Array, networkId?: string): Result<LightClient, GenesisRefusal> {
    const id = networkId === undefined ? undefined : hashBytes(networkId);
    const opened = TrustedNetwork.open(genesis, id);
    return opened.ok ? accept(new LightClient(opened.value)) : opened;
  }

  /** 0x and 64 hex digits. */
  get networkId(): string {
    return hashText(this.#network.id);
  }

  /** The number of the newest epoch that it knows: 0 from the genesis record. */
  get epoch(): number {
    return this.#network.epoch;
  }

  /**
   * Takes over the epoch behind the newest known one, and remembers it: one of `epochProofs(after:)` after the other, in order. What
   * is of an epoch that is not known is refused with PROOF_OTHER_EPOCH.
   */
  follow(epochProof: Uint8Array): Result<VerifiedEpoch, EpochProofRefusal> {
    const followed = this.#network.follow(epochProof);
    if (!followed.ok) return followed;
    const { epoch, activationRound, activationTimeMs, roundMs } = followed.value;
    const activationTime = new Date(activationTimeMs);
    return accept({ number: epoch, activationRound, activationTime, roundMs });
  }

  /** Whether the bytes of `proof { bytes }` show a transaction in a committed block, and which. */
  verifyInclusion(
    proof: Uint8Array,
    expected: ExpectedInclusion = {},
  ): Result<VerifiedInclusion, ProofRefusal> {
    const { transaction, chain } = expected;
    const verified = inclusion.verifyInclusion(this.#network, proof, {
      transaction: transaction === undefined ? undefined : hashBytes(transaction),
      chain: chain === undefined ? undefined : chainOf(chain),
    });
    if (!verified.ok) return verified;
    const { id, transaction: content, round, position, epoch, headerHash } = verified.value;
    return accept({
      transaction: hashText(id),
      content,
      chain: formatChainId(verified.value.chain),
      round,
      position,
      epoch,
      headerHash: hashText(headerHash),
    });
  }

  /** Whether the bytes of `accountProof { bytes }` show what the account of this address has, or that there is none. */
  verifyAccount(
    proof: Uint8Array,
    expected: ExpectedAccount,
  ): Result<VerifiedAccount, ProofRefusal> {
    const { chain, address, stateRoundMin } = expected;
    const verified = account.verifyAccount(this.#network, proof, {
      chain: chain === undefined ? undefined : chainOf(chain),
      address: addressOf(address),
      stateRoundMin,
    });
    if (!verified.ok) return verified;
    const { value } = verified;
    return accept({
      chain: formatChainId(value.chain),
      address: formatAddress(value.address),
      account: value.account,
      stateRound: value.stateRound,
      stateRoot: hashText(value.stateRoot),
      round: value.round,
      epoch: value.epoch,
      headerHash: hashText(value.headerHash),
    });
  }
}

/**
 * For one proof: opens the record, checks the proof, and forgets both. With more than one, keep a `LightClient`. `epochProofs`: all
 * from epoch 1 on up to the proof's.
 */
export function verifyInclusion(
  genesis: Uint8Array,
  proof: Uint8Array,
  expected?: ExpectedInclusion,
  epochProofs: readonly Uint8Array[] = [],
): Result<VerifiedInclusion, ProofRefusal | EpochProofRefusal> {
  const client = openedTo(genesis, epochProofs);
  return client.ok ? client.value.verifyInclusion(proof, expected) : client;
}

/** The same for an account proof. */
export function verifyAccount(
  genesis: Uint8Array,
  proof: Uint8Array,
  expected: ExpectedAccount,
  epochProofs: readonly Uint8Array[] = [],
): Result<VerifiedAccount, ProofRefusal | EpochProofRefusal> {
  const client = openedTo(genesis, epochProofs);
  return client.ok ? client.value.verifyAccount(proof, expected) : client;
}

function openedTo(
  genesis: Uint8Array,
  epochProofs: readonly Uint8Array[],
): Result<LightClient, GenesisRefusal | EpochProofRefusal> {
  const client = LightClient.open(genesis);
  if (!client.ok) return client;
  for (const proof of epochProofs) {
    const followed = client.value.follow(proof);
    if (!followed.ok) return followed;
  }
  return client;
}

function chainOf(text: string): number {
  const chain = parseChainId(text);
  if (chain === null)
    throw new TypeError(`Invalid chain: ${JSON.stringify(text)} is not T0, T1, ...`);
  return chain;
}

function addressOf(text: string): Uint8Array {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new TypeError(`Invalid address: ${JSON.stringify(text)}`);
  return parsed.value;
}

const hashText = (hash: Uint8Array): string => `0x${toHex(hash)}`;

function hashBytes(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/i.test(text)) {
    throw new TypeError(`Invalid hash: ${JSON.stringify(text)} is not 0x and 64 hex digits`);
  }
  return fromHex(text.slice(2).toLowerCase());
}

/** Here, too, since they bring the same curve: who makes a key loads this file. */
export { createKey, keyOf, prove } from "./validator-key.ts";
