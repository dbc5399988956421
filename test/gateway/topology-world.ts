// A network of three shards with two chains each and cheap stakes, for the tests of schema/topology.graphql.
import { expect } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { presentTopology } from "../../src/protocol/topology/present-topology.ts";
import { networkTrades } from "../../src/protocol/topology/trade-counts.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedTrade } from "../support/trades.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const SHARDS = 3;
const CHAINS = 6;
/** Of each set. */
export const SEATS = 4;
/** Validators that hold no seat. */
export const STANDBY = 2;
/** What each validator has bonded. */
const BOND = 5_000n;

/** The figures and relations of a preview. */
export const FIGURES = `figures { trades crossShardTrades { before after } crossShardPermille { before after }
  validatorsNeeded validatorsMissing worstInclusionRounds { before after } worstInclusionMs { before after } }`;
export const RELATIONS = `setRelations(first: 100) { nodes { set kind keeps prunes syncs maintains watches spawns
  standsInFor spawnedBy seatsFrom standIn redundantWith warm } }`;
export const TRIGGER = "trigger { holds rounds roundsNeeded }";
const REFUSED = "... on Refused { code message retryable details { name value } }";
export const SPLIT = `query ($shard: ID!) { previewSplit(shard: $shard) { __typename ${REFUSED}
  ... on SplitPreview { shard { id } newShard newSets staying { nodes { id } } leaving { nodes { id } }
    ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`;
export const MERGE = `query ($shard: ID!, $with: ID) { previewMerge(shard: $shard, with: $with) { __typename ${REFUSED}
  ... on MergePreview { heir { id } endedShard { id } chains { nodes { id } } partnerByRule { id }
    winner { id } race { validatorSet { id } syncs } ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`;

export class TopologyWorld {
  readonly world: GatewayWorld;
  readonly alice: TestSigner;
  readonly bob: TestSigner;
  readonly #nonces = new Map<string, number>();

  private constructor(world: GatewayWorld, alice: TestSigner, bob: TestSigner) {
    this.world = world;
    this.alice = alice;
    this.bob = bob;
  }

  static async create(): Promise<TopologyWorld> {
    const [alice, bob] = await Promise.all([makeSigner("alice"), makeSigner("bob")]);
    const allocations = Array.from({ length: CHAINS }, (_, chain) =>
      [alice, bob].map(({ address }) => ({
        chain: `T${chain}`,
        address: formatAddress(address),
        balance: `${BALANCE}`,
      })),
    ).flat();
    const options = {
      shards: SHARDS,
      seats: SEATS,
      chains: Array.from({ length: CHAINS }, () => ({})),
      allocations,
      minimumBond: "1000",
      validatorBond: `${BOND}`,
      unbondingRounds: 10_000,
      standbyValidators: STANDBY,
      saturation: { windowRounds: 4, streakRounds: 6, benchmarkTps: 2 },
    };
    return new TopologyWorld(await GatewayWorld.create(options, {}, { tags: true }), alice, bob);
  }

  async submit(...list: Uint8Array[]): Promise<void> {
    const { submitTransactions } = await this.world.data(
      `mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename ... on Refused { message } } }`,
      { list: list.map((bytes) => Buffer.from(bytes).toString("base64")) },
    );
    for (const answer of submitTransactions) expect(answer).toEqual({ __typename: "Accepted" });
  }

  advance(rounds: number) {
    const advance = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";
    return this.world.data(advance, { rounds });
  }

  /** On T0, and waits until it is executed. */
  async send(payer: TestSigner, payload: Payload): Promise<void> {
    const nonce = this.#nonceOf(payer, 0);
    const spec = { payer, nonce, payload, gasPrice: GAS_PRICE };
    await this.submit(await signedBytes(this.world.local.network.id, spec));
    await this.advance(8);
  }

  /** Alice's 5 for Bob's 7. */
  async trade(from: number, to: number): Promise<Uint8Array> {
    const { alice, bob } = this;
    const gasPrice = GAS_PRICE;
    const signed = await signedTrade(this.world.local.network.id, [
      { payer: alice, chain: from, amount: 5n, nonce: this.#nonceOf(alice, from), gasPrice },
      { payer: bob, chain: to, amount: 7n, nonce: this.#nonceOf(bob, to), gasPrice },
    ]);
    return transactionCodec.encode(signed);
  }

  async split(shard: string) {
    return (await this.world.data(SPLIT, { shard })).previewSplit;
  }

  async merge(shard: string, partner: string | null = null) {
    return (await this.world.data(MERGE, { shard, with: partner })).previewMerge;
  }

  /** What the log says, as the rules take it. */
  present() {
    const state = this.world.local.merkle.read(({ replica }) => replica.state);
    return {
      topology: presentTopology(this.world.local.network.epoch, state.chains),
      trades: networkTrades(state.heads.map(({ trades }) => trades)),
    };
  }

  #nonceOf(payer: TestSigner, chain: number): number {
    const key = `${formatAddress(payer.address)} ${chain}`;
    const nonce = this.#nonces.get(key) ?? 0;
    this.#nonces.set(key, nonce + 1);
    return nonce;
  }
}
