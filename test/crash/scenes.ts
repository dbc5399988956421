// What users do beside plain transfers, each as a scene that is played to its end: some of it right,
// some at the edge of a rule, some wrong. Scenes have accounts of their own.
import type { TestAccount } from "../../src/testing/index.ts";
import { insist } from "./insist.ts";
import { authorise, deliver, FEE, GAS_PRICE, type Sent } from "./sending.ts";
import { Purse, type Stage } from "./stage.ts";

export interface Cast {
  readonly accounts: readonly [TestAccount, TestAccount];
  /** Chains to play on. */
  readonly chains: readonly number[];
  /** Addresses that get what is moved. */
  readonly receivers: readonly string[];
}

export type Scene = (stage: Stage, cast: Cast) => Promise<void>;

const TOKEN = 10n ** 18n;
const SUPPLY = 10n ** 24n;
const POOR = ["INSUFFICIENT_FUNDS"];

const pickChain = ({ ports }: Stage, { chains }: Cast): number =>
  ports.random.pick(chains) as number;
const pickReceiver = ({ ports }: Stage, { receivers }: Cast): string =>
  ports.random.pick(receivers) as string;

/** a reserve of a few fees, then more at once than it covers. */
export const burstAtReserve: Scene = async (stage, cast) => {
  const { random } = stage.ports;
  const [account] = cast.accounts;
  const purse = await stage.purse(account, pickChain(stage, cast));
  const fees = BigInt(random.between(1, 4));
  const settings = [await purse.order({ kind: "setReserve", reserve: fees * FEE })];
  if (random.chance(0.3)) settings.push(await purse.order({ kind: "setReserve", reserve: null }));
  await stage.play(settings);
  await stage.rounds(random.between(0, 5));
  const burst: Sent[] = [];
  for (let i = random.between(2, 8); i > 0; i--) {
    burst.push(await purse.transfer(pickReceiver(stage, cast), BigInt(random.between(1, 1_000))));
  }
  await stage.play(burst);
};

/** all that an account has, after some rounds of silence or too few; then it is given some again. */
export const emptyAccount: Scene = async (stage, cast) => {
  const { random } = stage.ports;
  const [account, funder] = cast.accounts;
  const chain = pickChain(stage, cast);
  await stage.rounds(random.between(0, 6));
  const purse = await stage.purse(account, chain);
  const amount = purse.amount - FEE * BigInt(random.between(1, 3));
  if (amount > 0n) {
    const some = [await purse.transfer(funder.address, amount)];
    // Nothing is left for it: it waits until it expires.
    const validUntil = stage.round() + random.between(10, 25);
    const late = { validUntil, refusals: POOR };
    if (random.chance(0.5)) some.push(await purse.transfer(funder.address, 1n, late));
    await stage.play(some);
  }
  const source = await stage.purse(funder, chain);
  const gift = BigInt(random.between(1, 20)) * (TOKEN / 2n);
  await stage.play([await source.transfer(account.address, gift)]);
};

/** included, and without effect. */
export const failAtExecution: Scene = async (stage, cast) => {
  const [account, other] = cast.accounts;
  const purse = await stage.purse(account, pickChain(stage, cast));
  if (await isFunded(stage, purse, other)) return;
  const to = pickReceiver(stage, cast);
  const spend = { kind: "spendFrom", owner: other.address, to, amount: 1n } as const;
  await stage.play([
    await purse.transfer(to, purse.amount * 2n),
    await purse.transfer(to, 1n),
    // Behind those it is no emptying one, unless a kill came between.
    await purse.transfer(to, purse.amount - 5n * FEE),
    await purse.order(spend),
  ]);
};

/** spending for another, within what was allowed, beyond it, and after it was taken back. */
export const delegateAndSpend: Scene = async (stage, cast) => {
  const { random } = stage.ports;
  const [owner, delegate] = cast.accounts;
  const chain = pickChain(stage, cast);
  const to = pickReceiver(stage, cast);
  const [own, other] = [await stage.purse(owner, chain), await stage.purse(delegate, chain)];
  if (await isFunded(stage, own, delegate)) return;
  const given = await authorise(stage.ports, owner, {
    chain,
    nonce: own.authorisationNonce,
    delegate: delegate.address,
    allowance: random.chance(0.5) ? 3n * TOKEN : 10_000n * TOKEN,
    lastRound: stage.round() + random.between(50, 200),
  });
  const overtaken = { authorisations: [given], refusals: ["AUTHORISATION_OVERTAKEN"] };
  await stage.play([
    random.chance(0.7)
      ? await other.order({ kind: "delegate" }, overtaken)
      : await other.transfer(to, 1n, overtaken),
  ]);
  const spend = (amount: bigint) =>
    other.order({ kind: "spendFrom", owner: owner.address, to, amount });
  const spends = [await spend(TOKEN / 10n), await spend(TOKEN / 100n)];
  // More than is allowed, or all but a little of what the owner has.
  spends.push(await spend(own.amount > 4n * TOKEN ? own.amount - 4n * FEE : 4n * TOKEN));
  const back = await own.transfer(to, 1n, { refusals: POOR });
  await Promise.all([stage.play(spends), stage.play([back])]);
  const end = await own.order({ kind: "revoke" }, { refusals: POOR });
  await Promise.all([stage.play([end]), stage.play([await spend(1n)])]);
};

/** Who has little left gets half of what the other has, and begins again. */
async function isFunded(stage: Stage, purse: Purse, other: TestAccount): Promise<boolean> {
  if (purse.amount > 20n * TOKEN) return false;
  const rich = await stage.purse(other, purse.chain);
  await stage.play([await rich.transfer(purse.address, rich.amount / 2n)]);
  return true;
}

const CREATED_MAX = 6;
/** Long enough for some kills. */
const CREATION_ROUNDS = 200;
const PLAYED_BETWEEN = 3;

/** tokens and what they move. The first begins at once, the others now and then. */
export function createTokens(): Scene {
  const created: number[] = [];
  let plays = 0;
  return async (stage, cast) => {
    const [account] = cast.accounts;
    const isDue = created.length === 0 || plays++ % PLAYED_BETWEEN === 0;
    if (isDue && created.length < CREATED_MAX) {
      const chain = await createToken(stage, account);
      if (chain !== null) created.push(chain);
    }
    const chain = stage.ports.random.pick(created);
    if (chain === undefined) return;
    const purse = await stage.purse(account, chain);
    const some: Sent[] = [];
    for (let i = stage.ports.random.between(1, 6); i > 0; i--) {
      some.push(await purse.transfer(pickReceiver(stage, cast), BigInt(i)));
    }
    await stage.play(some);
    await stage.rounds(10);
  };
}

/** The number of its chain, once that is born; null if it came too late for its block. */
async function createToken(stage: Stage, account: TestAccount): Promise<number | null> {
  const { random } = stage.ports;
  const purse = await stage.purse(account, 0);
  const reserveDefault = random.pick([FEE, 3n * FEE, TOKEN]) as bigint;
  const token = { supply: SUPPLY, reserveDefault, gasPriceMin: GAS_PRICE };
  const validUntil = stage.round() + CREATION_ROUNDS;
  const creation = await purse.order({ kind: "createToken", ...token }, { validUntil });
  const [status] = await stage.play([creation]);
  if (status !== "EXECUTED" && status !== "FINAL") return null;
  const data = await insist(
    stage.ports,
    `{ transaction(id: "${creation.id}", chain: "T0") { legs { movements { chain { id bornRound } from { kind } } } } }`,
  );
  const { legs } = data.transaction as {
    legs: { movements: { chain: { id: string; bornRound: number }; from: { kind: string } }[] }[];
  };
  const born = legs[0]?.movements.find(({ from }) => from.kind === "ISSUANCE")?.chain;
  if (born === undefined) {
    stage.ports.journal.problems.push(`${creation.id} is ${status} and created nothing`);
    return null;
  }
  const number = Number(born.id.slice(1));
  const early = new Purse(stage, account, number, { ...purse, nonce: 0, amount: 0n });
  const refusals = ["UNBORN_CHAIN", "UNKNOWN_CHAIN"];
  await stage.play([await early.transfer(account.address, 1n, { refusals })]);
  // One more for the shard, which decides a round after it began.
  while (stage.round() <= born.bornRound + 1) await stage.rounds(1);
  // The directory has it with the MerkleChain's block behind the header that proves it.
  const inDirectory = `{ chain(id: "${born.id}") { id } }`;
  while ((await insist(stage.ports, inDirectory)).chain === null) await stage.rounds(1);
  return number;
}

/** the same nonce again for a better price. Whichever comes first is in a block, the other never. */
export const replaceWaiting: Scene = async (stage, cast) => {
  const [account] = cast.accounts;
  const purse = await stage.purse(account, pickChain(stage, cast));
  const to = pickReceiver(stage, cast);
  const first = await purse.transfer(to, 1n);
  const { nonce } = first.order;
  const refusals = ["NONCE_TOO_LOW", "NONCE_TAKEN"];
  const gasPrice = 2n * GAS_PRICE;
  const second = await purse.transfer(to, 2n, { nonce, gasPrice, refusals });
  await deliver(stage.ports, [first]);
  await stage.rounds(stage.ports.random.pick([0, 0, 0.5]) as number);
  await deliver(stage.ports, [second]);
  await Promise.all([first, second].map((one) => stage.watcher.settled(one)));
};

/** What nobody may get in: each is refused for its own reason. */
export const breakRules: Scene = async (stage, cast) => {
  const [account] = cast.accounts;
  const purse = await stage.purse(account, pickChain(stage, cast));
  const to = pickReceiver(stage, cast);
  const { nonce } = purse;
  const round = stage.round();
  const wrong = [
    ["INVALID_SIGNATURE", { isForged: true }],
    ["GAS_PRICE_TOO_LOW", { gasPrice: GAS_PRICE - 1n }],
    ["VALID_UNTIL_PAST", { validUntil: round - 1 }],
    ["VALID_UNTIL_TOO_FAR", { validUntil: round + 1_000_000 }],
    ["NONCE_TOO_FAR", { nonce: nonce + 1_000 }],
    ["INSUFFICIENT_FUNDS", { gasPrice: 10n ** 21n }],
    ...(nonce === 0 ? [] : [["NONCE_TOO_LOW", { nonce: nonce - 1 }] as const]),
  ] as const;
  for (const [code, how] of wrong) {
    const sent = await purse.transfer(to, 7n, { nonce, ...how, refusals: [code] });
    await deliver(stage.ports, [sent]);
    if (sent.answer === "accepted") stage.ports.journal.problems.push(`${sent.id}: not ${code}`);
  }
  await stage.play([await purse.transfer(to, 1n)]);
  await stage.rounds(3);
};

/** what is in a block is accepted again, and is in no second one. */
export const sendAgain: Scene = async (stage) => {
  const sent = stage.watcher.someIncluded();
  if (sent !== undefined) await Promise.all([1, 2].map(() => deliver(stage.ports, [sent])));
  await stage.rounds(2);
};
