// A ledger world that writes down what is seen of it: the real code's blocks, receipts and balances as an observation.
import type { ExecutedRound } from "../../../src/actors/replica.ts";
import { chainHeaderHash } from "../../../src/protocol/blocks/chain-header.ts";
import { jointHeaderHash } from "../../../src/protocol/blocks/joint-header.ts";
import { certifiedBlockCodec, type ShardBlock } from "../../../src/protocol/blocks/shard-block.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import type {
  Observation,
  ObservedBlock,
  ObservedChain,
  ObservedReceipt,
  ObservedTransaction,
} from "../../../src/simulator/checkers/observation.ts";
import { stakesOf } from "../../../src/simulator/observe-stakes.ts";
import { LedgerWorld, transactionsIn } from "../../support/ledger-world.ts";
import type { TestAccount } from "../../support/signer.ts";
import { accepted } from "../../support/transactions.ts";

export class ObservedLedger extends LedgerWorld {
  readonly transactions = new Map<string, ObservedTransaction>();
  readonly #receipts: ObservedReceipt[] = [];
  readonly #executed: Observation["executed"][number][] = [];

  /** Lets the checkers know of a transaction, in words that were there before it was encoded. */
  know(
    { idHex }: VerifiedTransaction,
    words: Omit<ObservedTransaction, "id">,
  ): ObservedTransaction {
    const transaction = { id: idHex, ...words };
    this.transactions.set(idHex, transaction);
    return transaction;
  }

  override executeNext(): ExecutedRound | null {
    const executed = super.executeNext();
    if (executed === null) return null;
    const { round, receipts } = executed;
    for (const { id, code, reason, movements } of receipts) {
      const fees = new Map(
        movements.flatMap(({ chain, to, amount }) =>
          to.kind === "unattributedFees" ? [[chain, amount] as const] : [],
        ),
      );
      this.#receipts.push({ id: toHex(id), round, code, reason, fees });
    }
    const roots = this.#roots();
    this.#executed.push({ replica: "shard 0", shard: 0, round, roots });
    return executed;
  }

  /** Everything is executed. */
  observe(accounts: readonly TestAccount[]): Observation {
    const { genesis, epoch } = this.network;
    const chains = this.#chains();
    const commits = [...this.blocks.values()].map((bytes) => this.#block(bytes));
    const { head, executedRound } = this.replica;
    const present = accounts.flatMap((account) =>
      chains.map(({ chain }) => ({ chain, account, state: this.account(account, chain) })),
    );
    return {
      epochs: [],
      knownEpochs: new Map(),
      opened: [],
      genesis: {
        k: epoch.k,
        roundMs: epoch.roundMs,
        seats: epoch.sets[0]?.seats.length ?? 0,
        saturation: null,
        shards: epoch.shards.map(({ shard }) => shard),
        sets: epoch.sets.map(({ set, shards }) => ({ set, shards })),
        chains: genesis.chains.map(observedChain),
        balances: genesis.allocations.map((row) => ({ ...row, address: toHex(row.address) })),
        staking: genesis.staking,
        validators: [],
      },
      transactions: this.transactions,
      answers: [],
      commits,
      receipts: this.#receipts,
      replicas: [
        {
          name: "shard 0",
          shard: 0,
          headRound: head.round,
          headHash: toHex(head.hash),
          executedRound,
          roots: this.#roots(),
        },
      ],
      executed: this.#executed,
      accounts: present
        .filter(({ state: { balance, nonce } }) => balance > 0n || nonce > 0)
        .map(({ chain, account, state: { balance, nonce } }) => ({
          chain,
          address: account.addressHex,
          balance,
          nonce,
        })),
      heads: [],
      awake: [],
      ...stakesOf(
        [this],
        accounts.map(({ address }) => address),
      ),
      unattributed: new Map(
        chains.map(({ chain }) => [chain, this.replica.state.unattributedFees(chain)]),
      ),
      created: this.#created(chains),
      notarised: commits.map(({ shard, round, hash }) => ({
        shard,
        round,
        hash,
        atMs: null,
        saturation: null,
      })),
      logs: [],
      equivocations: [],
      ballots: null,
      failed: [],
      invalid: [],
      stopped: [],
      world: {
        isFaultFree: false,
        cartels: [],
        mempoolMax: null,
        healedMs: null,
        endMs: 0,
        isAsleep: true,
        probes: [],
      },
    };
  }

  #chains(): ChainRecord[] {
    return this.replica.chainIds(0, 1_000).flatMap((chain) => this.replica.chain(chain) ?? []);
  }

  #roots(): ReadonlyMap<number, string> {
    const ids = this.replica.chainIds(0, 1_000);
    return new Map(ids.map((chain) => [chain, toHex(this.replica.state.root(chain))]));
  }

  /** Ids are given in the order of execution. */
  #created(chains: readonly ChainRecord[]): Observation["created"] {
    const creations = this.#receipts.filter(
      ({ id, code }) => code === 2 && this.transactions.get(id)?.payload.kind === "createToken",
    );
    return chains
      .slice(this.network.genesis.chains.length)
      .map((chain, i) => ({ ...observedChain(chain), transaction: creations[i]?.id ?? "" }));
  }

  #block(bytes: Uint8Array): ObservedBlock {
    const { block, certificate } = accepted(certifiedBlockCodec.decode(bytes));
    const { header } = block;
    const [half, body] = [header.halves[0], block.shardBlocks[0] as ShardBlock];
    const order = transactionsIn(this.network.id, body);
    return {
      shard: body.shard,
      epoch: header.epoch,
      round: header.round,
      set: header.set,
      view: certificate.view,
      hash: toHex(jointHeaderHash(header)),
      parent: { round: half?.head.round ?? 0, hash: toHex(half?.head.hash ?? new Uint8Array()) },
      halves: null,
      signers: [0, 1, 2],
      chains: body.chainHeaders.map((one) => ({
        chain: one.chain,
        hash: toHex(chainHeaderHash(this.network.id, header.epoch, one)),
        parent: one.parent.every((byte) => byte === 0) ? null : toHex(one.parent),
        stateRoot: toHex(one.stateRoot),
        transactions: order
          .filter(({ transaction }) => transaction.legs.some(({ chain }) => chain === one.chain))
          .map(({ idHex }) => idHex),
      })),
      order: order.map(({ idHex }) => idHex),
    };
  }
}

function observedChain(record: ChainRecord): ObservedChain {
  const { chain, shard, supply, reserveDefault, gasPriceMin, bornRound } = record;
  return { chain, shard, supply, reserveDefault, gasPriceMin, bornRound };
}
