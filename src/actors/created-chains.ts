// R-2.10, R-5.8: what the MerkleChain needs to take a new chain into its directory: T0's registry entry with a proof under a
// state root that a certified header of T0 carries. Nothing that the shard merely says is believed.

import { chainHeaderCodec, chainHeaderHash } from "../protocol/blocks/chain-header.ts";
import type { CreatedChain } from "../protocol/blocks/created-chain.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import { tokenKey } from "../protocol/merkle/state-key.ts";
import { stateProofCodec } from "../protocol/merkle/state-proof.ts";
import { merkleProof } from "../protocol/merkle/transaction-tree.ts";
import type { CommittedHeader } from "./block-store.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";

// What one call to the MerkleChain may carry; more wait for the next.
const CHAINS_A_CALL = 64;
// Roots whose header is still to come: k at most, as each round changes T0 once.
const ROOTS_MAX = 16;

interface RegistryProof {
  readonly record: Uint8Array;
  readonly stateProof: Uint8Array;
}

/**
 * Proofs of T0's registry entries that the MerkleChain does not know yet, taken when their root is the present one and handed
 * out when a header carries that root, which is up to k rounds later.
 */
export class RegistryProofs {
  readonly #replica: Replica;
  readonly #network: Network;
  readonly #byRoot = new Map<string, readonly RegistryProof[]>();

  constructor(replica: Replica, network: Network) {
    this.#replica = replica;
    this.#network = network;
  }

  /** Whether T0 has tokens that the MerkleChain does not know. */
  get waiting(): boolean {
    return this.#byRoot.size > 0;
  }

  /** Call it after each execution, and once at the start. `known`: how many tokens the MerkleChain has. */
  capture(known: number): void {
    const { state } = this.#replica;
    const proofs: RegistryProof[] = [];
    for (let chain = known; proofs.length < CHAINS_A_CALL; chain++) {
      const record = state.get(ROOT_CHAIN, tokenKey(chain));
      if (record === undefined) break;
      const stateProof = stateProofCodec.encode(state.prove(ROOT_CHAIN, tokenKey(chain)));
      proofs.push({ record, stateProof });
    }
    if (proofs.length === 0) {
      this.#byRoot.clear();
      return;
    }
    this.#byRoot.set(toHex(state.root(ROOT_CHAIN)), proofs);
    const oldest = this.#byRoot.keys().next().value;
    if (this.#byRoot.size > ROOTS_MAX && oldest !== undefined) this.#byRoot.delete(oldest);
  }

  /** What a committed header can prove. */
  provenBy({ header, chainHeaders: headers }: CommittedHeader): CreatedChain[] {
    const index = headers.findIndex(({ chain }) => chain === ROOT_CHAIN);
    const chainHeader = headers[index];
    if (chainHeader === undefined) return [];
    const proofs = this.#byRoot.get(toHex(chainHeader.stateRoot));
    if (proofs === undefined) return [];
    const leaves = headers.map((one) => chainHeaderHash(this.#network.id, header.epoch, one));
    return proofs.map((proof) => ({
      ...proof,
      round: header.round,
      chainHeader: chainHeaderCodec.encode(chainHeader),
      chainHeaderIndex: index,
      chainHeaderProof: merkleProof(leaves, index),
    }));
  }
}
