// which shard has which chain, kept between requests. Chains are only ever appended, so what
// is known stays true; an unknown chain is asked for at once, so that a new token can be used as
// soon as the MerkleChain has it. All records are kept: some 300 bytes each.
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { Peers } from "./peers.ts";

export class Directory {
  readonly #chains = new Map<number, ChainRecord>();

  /** All chains known so far, by id. */
  get chains(): readonly ChainRecord[] {
    return [...this.#chains.values()];
  }

  /** What is known without asking. */
  known(chain: number): ChainRecord | undefined {
    return this.#chains.get(chain);
  }

  /** undefined for a chain that the network does not have. */
  async find(peers: Peers, chain: number): Promise<ChainRecord | undefined> {
    if (!this.#chains.has(chain)) await this.refresh(peers);
    return this.#chains.get(chain);
  }

  /** Asks for what was appended since. */
  async refresh(peers: Peers): Promise<void> {
    for (;;) {
      const { version, chains } = await peers.merkleChain.directory(this.#chains.size);
      // Ids are dense and come in order; another request may have brought the same ones.
      for (const record of chains) this.#chains.set(record.chain, record);
      if (chains.length === 0 || this.#chains.size >= version) return;
    }
  }
}
