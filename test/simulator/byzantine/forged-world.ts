// A local network about to decide a round, with a good block of that round to forge others of.
import { createPrivateKey, sign } from "node:crypto";
import { JOINT_HEADER_VERSION } from "../../../src/protocol/blocks/joint-header.ts";
import type { JointBlock } from "../../../src/protocol/blocks/shard-block.ts";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../../src/protocol/encoding/bytes.ts";
import type { Accomplice, Means } from "../../../src/simulator/byzantine/behaviour.ts";
import { FORGERIES } from "../../../src/simulator/byzantine/forgeries.ts";
import { Memory } from "../../../src/simulator/byzantine/memory.ts";
import { OVERSIZED } from "../../../src/simulator/byzantine/oversized-blocks.ts";
import { WRONG_HALVES } from "../../../src/simulator/byzantine/wrong-halves.ts";
import { Random } from "../../../src/simulator/random.ts";
import { type Bank, FUNDS } from "../../actors/bank.ts";
import { formOnHead } from "../../actors/forge.ts";

/** Those of blocks that one shard has alone; `forged-halves.test.ts` has the others. */
export const ALL_FORGERIES = Object.fromEntries(
  Object.entries({ ...FORGERIES, ...OVERSIZED }).filter(([name]) => !(name in WRONG_HALVES)),
);

export const ACCOUNTS = 5;
export const CHAINS = 2;
const ACCOMPLICE = 4;

/** Before Ed25519 seeds in PKCS #8. */
const PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** The bank's last account, which signs at once. */
function accompliceOf(bank: Bank): Accomplice {
  const { name, address, publicKey } = bank.signer(ACCOMPLICE);
  const seed = sha256(utf8(`signer ${name}`));
  const key = createPrivateKey({
    key: Buffer.concat([PREFIX, seed]),
    format: "der",
    type: "pkcs8",
  });
  return {
    address,
    publicKey,
    balance: FUNDS,
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** Some history: a head with a certificate, and roots that the next block has to carry. */
export async function history(bank: Bank): Promise<void> {
  await bank.send(0, 0, { validUntil: 5_000 });
  await bank.send(2, 0, { chain: 1, validUntil: 5_000 });
  await bank.net.sleep(60);
}

/** Over both chains, two of one sender among them. */
export async function goodBlock(bank: Bank, round: number): Promise<JointBlock> {
  const { net } = bank;
  const validUntil = 5_000;
  const transactions = [
    await bank.transaction(0, 1, { validUntil }),
    await bank.transaction(0, 2, { validUntil }),
    await bank.transaction(3, 0, { validUntil }),
    await bank.transaction(2, 1, { chain: 1, validUntil }),
  ];
  const { half, shardBlock } = formOnHead(net, round, transactions);
  return {
    header: {
      version: JOINT_HEADER_VERSION,
      networkId: net.network.id,
      epoch: 0,
      set: 1,
      round,
      view: 0,
      halves: [half],
      merkleChain: null,
    },
    shardBlocks: [shardBlock],
    merkleChain: null,
  };
}

/** As a faulty voter would have it. */
export async function forged(bank: Bank, good: JointBlock, name: string): Promise<JointBlock> {
  const memory = new Memory();
  memory.transactions.push(await bank.bytes(0, 0));
  memory.round = good.header.round;
  const means = {
    set: 1,
    shards: [0],
    network: bank.net.network,
    memory,
    random: new Random(7),
    accomplice: accompliceOf(bank),
    remark: () => undefined,
  } as unknown as Means;
  const block = ALL_FORGERIES[name]?.({ ...good, shard: 0 }, means) ?? null;
  if (block === null) throw new Error(`The good block does not lend itself to ${name}`);
  return block;
}
