import { describe, expect, it } from "vitest";
import {
  type AccountProofView,
  type InclusionProofView,
  type NoProof,
  ProofQueries,
} from "../../src/actors/proof-queries.ts";
import { type Account, EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import { TrustedNetwork } from "../../src/protocol/proofs/trusted-network.ts";
import { verifyAccount } from "../../src/protocol/proofs/verify-account.ts";
import { verifyInclusion } from "../../src/protocol/proofs/verify-inclusion.ts";
import { paperAccount } from "../support/signer.ts";
import { Bank, type BankOptions, FUNDS } from "./bank.ts";

const NOBODY = paperAccount("nobody").address;

const clients = new Map<Bank, TrustedNetwork>();
function clientOf(bank: Bank): TrustedNetwork {
  const known = clients.get(bank);
  if (known !== undefined) return known;
  const opened = TrustedNetwork.open(bank.net.network.genesisBytes);
  if (!opened.ok) throw new Error(opened.refusal.code);
  clients.set(bank, opened.value);
  return opened.value;
}

const inclusion = (bank: Bank, id: Uint8Array, chain: number | null = null) =>
  bank.net.shard.read((shard) => ProofQueries.of(shard).inclusion(id, chain));

const account = (bank: Bank, chain: number, address: Uint8Array) =>
  bank.net.shard.read((shard) => ProofQueries.of(shard).account(chain, address));

/** What it shows to a light client; why there is none. */
function shownInclusion(bank: Bank, view: InclusionProofView | NoProof) {
  if (view.kind === "none") return view.why;
  const verified = verifyInclusion(clientOf(bank), view.bytes);
  if (!verified.ok) throw new Error(verified.refusal.code);
  const { chain, round, position } = verified.value;
  return { chain, round, position };
}

function shownAccount(bank: Bank, address: Uint8Array, view: AccountProofView | NoProof) {
  if (view.kind === "none") return view.why;
  const verified = verifyAccount(clientOf(bank), view.bytes, { address });
  if (!verified.ok) throw new Error(verified.refusal.code);
  const { stateRound, account: shown } = verified.value;
  expect({ stateRound, account: shown }).toEqual({ stateRound, account: view.account });
  return { stateRound, account: shown ?? EMPTY_ACCOUNT };
}

/** A bank with traffic in every round, that remembers what each account had after each. */
class BusyBank {
  readonly bank: Bank;
  readonly chains: number;
  readonly #after: (readonly Account[])[] = [];

  private constructor(bank: Bank, chains: number) {
    this.bank = bank;
    this.chains = chains;
    this.#note();
  }

  static async open(options: BankOptions = {}): Promise<BusyBank> {
    return new BusyBank(await Bank.open(options), options.chains ?? 1);
  }

  /** A round with a transaction of each account on each chain. */
  async round(): Promise<void> {
    const { net, signers } = this.bank;
    for (let chain = 0; chain < this.chains; chain++) {
      for (const from of signers.keys()) {
        await this.bank.send(from, net.round, { chain, fee: 1_000n + BigInt(from) });
      }
    }
    await net.advance(1);
    this.#note();
  }

  /** What is shown of an account of each chain, another each round, is checked; null as long as nothing is. */
  provenRound(): number | null {
    const rounds = new Set<number | null>();
    for (let chain = 0; chain < this.chains; chain++) {
      const place = (this.#after.length + chain) % (this.bank.signers.length + 1);
      const address = this.bank.signers[place]?.address ?? NOBODY;
      const shown = shownAccount(this.bank, address, account(this.bank, chain, address));
      if (typeof shown === "string") expect(shown).toBe("NOT_YET");
      else expect(shown.account).toEqual(this.#accountAfter(shown.stateRound, chain, place));
      rounds.add(typeof shown === "string" ? null : shown.stateRound);
    }
    expect(rounds.size).toBe(1);
    return [...rounds][0] ?? null;
  }

  #accountAfter(round: number, chain: number, place: number): Account | undefined {
    // After the last round with transactions nothing changes.
    const accounts = this.#after[Math.min(round, this.#after.length - 1)];
    if (place === this.bank.signers.length) return EMPTY_ACCOUNT;
    return accounts?.[chain * this.bank.signers.length + place];
  }

  #note(): void {
    const accounts: Account[] = [];
    for (let chain = 0; chain < this.chains; chain++) {
      for (const place of this.bank.signers.keys()) accounts.push(this.bank.account(place, chain));
    }
    this.#after.push(accounts);
  }
}

describe("account proofs while every round has transactions", () => {
  it.each([
    ["k = 3", { chains: 2 }, 3],
    ["k = 1", { k: 1 }, 1],
  ] as const)(
    "R-5.2 R-7.2 can be had in every round, as of k rounds before: %s",
    async (_, options, k) => {
      const busy = await BusyBank.open(options);
      for (let round = 1; round <= 2 * k + 2; round++) {
        await busy.round();
        // The MerkleChain's block with a header stands in the round behind it.
        const proven = round === 1 ? null : Math.max(0, round - 1 - k);
        expect([round, busy.provenRound()]).toEqual([round, proven]);
      }
    },
  );

  it("R-7.2 stay with the notarised header while the MerkleChain is slow, for k rounds", async () => {
    const busy = await BusyBank.open();
    const { net } = busy.bank;
    for (let round = 1; round <= 6; round++) await busy.round();
    net.lose = (_, { kind }) => kind === "notarise";
    const proven: (number | null)[] = [];
    for (let round = 7; round <= 13; round++) {
      await busy.round();
      proven.push(busy.provenRound());
    }
    // Later states are not notarised, and how to take back more rounds is forgotten.
    expect(proven).toEqual([3, 3, 3, 3, 3, null, null]);
    net.lose = () => false;
    net.nowMs += 500 * 60;
    await net.tick();
    await net.advance(2);
    expect(busy.provenRound()).not.toBe(null);
  });

  it("R-7.2 of a chain with less traffic take the newest header that is notarised", async () => {
    const bank = await Bank.open({ chains: 2 });
    for (let nonce = 0; nonce < 8; nonce++) {
      await bank.send(0, nonce);
      // T1 has a header in round 5, and in round 8 for the root that follows from it.
      if (nonce === 4) await bank.send(1, 0, { chain: 1 });
      if (nonce === 7) bank.net.lose = (_, { kind }) => kind === "notarise";
      await bank.net.advance(1);
    }
    const { address } = bank.signer(1);
    const shown = shownAccount(bank, address, account(bank, 1, address));
    expect(shown).toMatchObject({ stateRound: 2, account: { nonce: 0, balance: FUNDS } });
  });

  it.each([4, 7])("R-7.2 a restart of the shard in round %i changes no proof", async (last) => {
    const busy = await BusyBank.open({ chains: 2 });
    const { bank } = busy;
    for (let round = 1; round < last; round++) await busy.round();
    bank.net.lose = (_, { kind }) => kind === "notarise";
    await busy.round();
    await busy.round();
    const { address } = bank.signer(0);
    const before = [account(bank, 0, address), account(bank, 1, NOBODY)];
    bank.net.crash("shard");
    expect([account(bank, 0, address), account(bank, 1, NOBODY)]).toEqual(before);
    expect(before.map(({ kind }) => kind)).toEqual(["proof", "proof"]);
  });
});

describe("account proofs of a quiet network", () => {
  it("R-7.2 R-3.9 show the last state, from the header that carries it on", async () => {
    const bank = await Bank.open({ chains: 2 });
    const { address } = bank.signer(0);
    const shown = (chain: number) => shownAccount(bank, address, account(bank, chain, address));
    // Nothing but the genesis record speaks of a chain before its first header.
    expect(shown(0)).toBe("NOT_YET");
    expect(account(bank, 7, address)).toEqual({ kind: "none", why: "UNKNOWN" });
    await bank.send(0, 0);
    const seen: unknown[] = [];
    for (let round = 1; round <= 6; round++) {
      await bank.net.advance(1);
      const now = shown(0);
      seen.push(typeof now === "string" ? now : [now.stateRound, now.account.nonce]);
    }
    expect(seen).toEqual(["NOT_YET", "NOT_YET", [0, 0], [0, 0], [0, 0], [1, 1]]);
    await bank.net.advance(50);
    expect(shown(0)).toEqual({ stateRound: 1, account: bank.account(0) });
    expect(shown(1)).toBe("NOT_YET");
  });

  it("R-7.2 say that the block is not kept", async () => {
    const bank = await Bank.open();
    const { address } = bank.signer(0);
    const id = await bank.send(0, 0);
    await bank.net.advance(7);
    expect(account(bank, 0, address).kind).toBe("proof");
    bank.net.crash("shard");
    bank.net.shard.step(({ replica }) => replica.blocks.prune(1));
    expect(inclusion(bank, id)).toEqual({ kind: "none", why: "PRUNED" });
    // The header of round 4 carries the root, and it is there.
    expect(account(bank, 0, address).kind).toBe("proof");
    bank.net.crash("shard");
    bank.net.shard.step(({ replica }) => replica.blocks.prune(4));
    expect(account(bank, 0, address)).toEqual({ kind: "none", why: "PRUNED" });
  });
});

describe("inclusion proofs", () => {
  it("R-7.2 R-4.7 can be had as soon as the header is notarised and another extends it", async () => {
    const bank = await Bank.open({ chains: 2 });
    const id = await bank.send(0, 0, { chain: 1 });
    const shown = (chain: number | null = null) => shownInclusion(bank, inclusion(bank, id, chain));
    expect(shown()).toBe("NOT_YET");
    bank.net.lose = (_, { kind }) => kind === "notarise";
    await bank.net.advance(1);
    expect([bank.status(id), shown()]).toEqual(["EXECUTED", "NOT_YET"]);
    await bank.send(1, 0);
    await bank.net.advance(1);
    // A child without notarisation is not enough, as notarisation without a child was not.
    expect([bank.status(id), shown()]).toEqual(["EXECUTED", "NOT_YET"]);
    bank.net.lose = () => false;
    // The MerkleChain is asked again a little later.
    for (let i = 0; i < 4 && shown() === "NOT_YET"; i++) await bank.net.advance(1);
    expect(shown()).toEqual({ chain: 1, round: 1, position: 0 });
    await bank.net.advance(10);
    expect([bank.status(id), shown(1)]).toEqual(["FINAL", { chain: 1, round: 1, position: 0 }]);
    expect(shown(0)).toBe("UNKNOWN");
  });

  it("R-7.2 notarised without a child is not there yet", async () => {
    const bank = await Bank.open();
    const id = await bank.send(0, 0);
    await bank.net.advance(3);
    expect(bank.net.shard.read(({ progress }) => progress.notarisedRound)).toBe(1);
    expect(inclusion(bank, id)).toEqual({ kind: "none", why: "NOT_YET" });
    expect(inclusion(bank, new Uint8Array(32))).toEqual({ kind: "none", why: "UNKNOWN" });
  });

  it("R-7.2 R-3.9 everything FINAL can be proven, also after the shard forgot what it had in memory", async () => {
    const busy = await BusyBank.open({ chains: 2 });
    for (let round = 1; round <= 5; round++) await busy.round();
    const { bank } = busy;
    const sent: Uint8Array[] = [await bank.send(0, 5), await bank.send(2, 5, { chain: 1 })];
    await bank.net.advance(10);
    bank.net.crash("shard");
    expect(sent.map((id) => bank.status(id))).toEqual(["FINAL", "FINAL"]);
    expect(sent.map((id) => shownInclusion(bank, inclusion(bank, id)))).toEqual([
      { chain: 0, round: 6, position: 0 },
      { chain: 1, round: 6, position: 0 },
    ]);
  });
});
