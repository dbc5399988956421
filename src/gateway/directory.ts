// which shard has which chain, kept between requests with the version that the MerkleChain gave it. Chains are
// appended, and an unknown one is asked for at once, so that a new token can be used as soon as the MerkleChain has it.
// Where a shard says that a chain is not there, all is read anew. Records are kept: some 300 bytes each.
import type { Directory as DirectoryPage } from "../actors/rpc.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { Peers } from "./peers.ts";

export class Directory {
  readonly #chains = new Map<number, ChainRecord>();
  #version = 0;

  /** Of the newest answer of the MerkleChain that is in here. */
  get version(): number {
    return this.#version;
  }

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
      const page = await peers.merkleChain.directory(this.#chains.size);
      this.#take(page);
      if (page.chains.length === 0 || this.#chains.size >= page.version) return;
    }
  }

  /** Reads every record again: what is known may have changed. */
  async reload(peers: Peers): Promise<void> {
    for (let from = 0; ; ) {
      const page = await peers.merkleChain.directory(from);
      this.#take(page);
      from += page.chains.length;
      if (page.chains.length === 0 || from >= page.version) return;
    }
  }

  /** Answers may overtake each other on their way: an older one changes nothing. */
  #take({ version, chains }: DirectoryPage): void {
    if (version < this.#version) return;
    this.#version = version;
    // Ids are dense and come in order; another request may have brought the same ones.
    for (const record of chains) this.#chains.set(record.chain, record);
  }
}
