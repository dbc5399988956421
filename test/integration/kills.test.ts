// SIGKILL at random moments under load, on a live clock. What was answered holds, whatever happens:
// the audit knows the network by its API alone. `SEED=n` replays the moments of a run.
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/simulator/random.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { audit, BLOCK_FACTS, type BlockFacts, type Genesis, statusesOf } from "./audit.ts";
import { LedgerClient } from "./ledger-client.ts";
import { insist, LoadClient, type Sent, sleep } from "./load.ts";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const KILLS = process.env.DEEP === undefined ? 3 : 20;
const CLIENTS = 5;
const ACCOUNTS_EACH = 4;
const CHAINS = 3;
const GO_ON_MS_MAX = 30_000;
const BALANCE = 1_000n * 10n ** 18n;

const QUORUMS = { 4: 3, 7: 5 } as const;
/** Log lines that no power cut may cause. */
const OUR_FAULT =
  /equivocation|actor stopped|storage corrupt|request failed|tick failed|block refused/;

const headOf = async (url: string): Promise<{ headRound: number; finalRound: number }> =>
  (await insist(url, '{ shard(id: "0") { headRound finalRound } }')).shard as never;

/** Follows all blocks of the shard from the first, and goes on behind its cursor when it breaks. */
class BlockFollower {
  readonly seen: BlockFacts[] = [];
  #cursor: string | null = null;
  #abort = new AbortController();
  #running = true;

  async run(url: string): Promise<void> {
    while (this.#running) {
      this.#abort = new AbortController();
      await this.#follow(url).catch(() => undefined);
      await sleep(20);
    }
  }

  stop(): void {
    this.#running = false;
    this.#abort.abort();
  }

  async #follow(url: string): Promise<void> {
    const query = `subscription ($after: String) { blocks(shard: "0", after: $after) { cursor ${BLOCK_FACTS} } }`;
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query, variables: { after: this.#cursor } }),
      signal: this.#abort.signal,
    });
    let text = "";
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#event(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #event(event: string): void {
    const json = /^data: (.+)$/m.exec(event)?.[1];
    if (!event.includes("event: next") || json === undefined) return;
    const { data } = JSON.parse(json) as {
      data?: { blocks: BlockFacts & { cursor: string } } | null;
    };
    if (data == null) return;
    const { cursor, ...block } = data.blocks;
    this.#cursor = cursor;
    this.seen.push(block);
  }
}

const RANKS = ["PENDING", "COMMITTED", "EXECUTED", "FINAL"];

/** Asks for statuses all the while: none ever goes back, and nothing accepted is unknown. */
class StatusWatcher {
  readonly #ranks = new Map<string, number>();
  #running = true;

  async run(url: string, accepted: () => readonly Sent[], random: Random): Promise<void> {
    while (this.#running) {
      const all = accepted().filter(({ id }) => (this.#ranks.get(id) ?? 0) < RANKS.length - 1);
      const some = random.shuffle(all).slice(0, 20);
      for (const [i, answer] of (await statusesOf(url, some)).entries()) {
        this.#note((some[i] as Sent).id, answer?.status ?? "unknown");
      }
      await sleep(100);
    }
  }

  stop(): void {
    this.#running = false;
  }

  #note(id: string, status: string): void {
    const before = this.#ranks.get(id) ?? 0;
    const rank = status === "EXPIRED" && before === 0 ? RANKS.length : RANKS.indexOf(status);
    expect([id, status, rank >= before]).toEqual([id, status, true]);
    this.#ranks.set(id, rank);
  }
}

type Mishap = "one" | "at once" | "burst";

/** Kills the network as the mishap says, and has it running again. */
async function happen(network: TestNetwork, mishap: Mishap, random: Random): Promise<void> {
  await network.kill();
  const again = mishap === "one" ? 0 : mishap === "at once" ? 1 : 2;
  for (let i = 0; i < again; i++) {
    await network.restart();
    // The first requests are just opening the objects.
    await sleep(random.between(0, 120));
    await network.kill();
  }
  await network.restart();
}

/** The network has committed a block that is newer than all before. */
async function goesOn(url: string, behind: number): Promise<void> {
  const deadline = Date.now() + GO_ON_MS_MAX;
  while ((await headOf(url)).headRound <= behind) {
    if (Date.now() > deadline) throw new Error(`No block after round ${behind}`);
    await sleep(50);
  }
}

/** Every database of the folder is whole. They are opened as copies, as a backup would be. */
function checkDatabases(storage: string): void {
  const copy = mkdtempSync(join(tmpdir(), "yggdrasil-copy-"));
  try {
    cpSync(storage, copy, { recursive: true });
    const paths = globSync(`${copy}/do/**/*.sqlite`);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      database.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

describe("kills under load", () => {
  it(`[R-2.7, R-2.3, R-4.3, R-4.5, R-2.6] ${KILLS} kills (SEED ${seed}): what was answered holds`, async () => {
    const storage = mkdtempSync(join(tmpdir(), "yggdrasil-kills-"));
    const random = new Random(seed);
    const seats = random.pick([4, 7] as const);
    const log: string[] = [];
    const network = await createTestNetwork({
      storage,
      clock: "live",
      roundMs: 150,
      seats,
      chains: CHAINS,
      accounts: CLIENTS * ACCOUNTS_EACH + 1,
      development: false,
      onLog: (line) => log.push(line),
    });
    try {
      const { url, accounts } = network;
      const { networkId } = await LedgerClient.of(network);
      const follower = new BlockFollower();
      const following = follower.run(url);
      const clients = Array.from({ length: CLIENTS }, (_, i) => {
        const own = accounts.slice(i * ACCOUNTS_EACH, (i + 1) * ACCOUNTS_EACH);
        return new LoadClient({ url, networkId, random: new Random(seed + 1 + i) }, own, accounts);
      });
      const brief = new LoadClient(
        { url, networkId, random: new Random(seed + 50) },
        accounts.slice(-1),
        accounts,
      );
      const sent = (): Sent[] => [...clients, brief].flatMap((client) => client.sent);
      // The follower has no cursor yet: its first block must not come before it.
      await sleep(700);
      const watcher = new StatusWatcher();
      const accepted = () => sent().filter((one) => one.accepted);
      const working = Promise.all([
        ...clients.map((client) => client.run()),
        brief.runBriefly(),
        watcher.run(url, accepted, new Random(seed + 100)),
      ]);
      // A failure there must not wait for the end.
      const failed = working.then(() => new Promise<never>(() => undefined));
      const creator = clients[0] as LoadClient;
      const scenario = async (): Promise<void> => {
        for (let kill = 0; kill < KILLS; kill++) {
          await sleep(random.between(300, 2_000));
          const { headRound } = await headOf(url);
          let creating: Promise<Sent> | null = null;
          if (kill === 0) {
            creating = creator.createToken();
            await sleep(random.between(0, 500));
          }
          const mishaps: readonly Mishap[] = ["one", "at once", "burst"];
          const mishap = kill < 3 ? mishaps[kill] : random.pick(mishaps);
          await happen(network, mishap as Mishap, random);
          await goesOn(url, headRound);
          if (creating !== null) await expectBorn(url, await creating);
          if (kill === 0) creator.chains.push("T3");
        }
        await sleep(1_000);
      };
      await Promise.race([scenario(), failed]);
      watcher.stop();
      for (const client of [...clients, brief]) client.stop();
      await working;
      await settle(url, sent());
      const genesis: Genesis = {
        chains: ["T0", "T1", "T2"],
        addresses: accounts.map(({ address }) => address),
        balance: BALANCE,
      };
      const blocks = await audit(url, genesis, sent());
      const everybody = sent();
      for (const { refused, id } of everybody) {
        // Sent again after a kill, when it was too late.
        if (refused !== null) expect([id, refused]).toEqual([id, "VALID_UNTIL_PAST"]);
      }
      expect(everybody.length).toBeGreaterThan(100 * KILLS);
      expect(everybody.some(({ chain }) => chain === "T3")).toBe(true);
      follower.stop();
      await following;
      // Each block once and in order, as it was when it was first seen; none is missing.
      const inOrder = [...blocks].sort(
        (a, b) => a.round - b.round || (a.chain.id < b.chain.id ? -1 : 1),
      );
      expect(follower.seen).toEqual(inOrder);
      for (const { signers } of blocks) expect(signers).toBeGreaterThanOrEqual(QUORUMS[seats]);
      expect(log.filter((line) => OUR_FAULT.test(line))).toEqual([]);
      await network.kill();
      checkDatabases(storage);
    } finally {
      await network.dispose();
      rmSync(storage, { recursive: true, force: true });
    }
  });
});

/** The created chain takes transfers. */
async function expectBorn(url: string, creation: Sent): Promise<void> {
  expect(creation.refused).toBeNull();
  const deadline = Date.now() + GO_ON_MS_MAX;
  for (;;) {
    const { chain, shard } = (await insist(
      url,
      '{ chain(id: "T3") { bornRound } shard(id: "0") { nextRound } }',
    )) as { chain: { bornRound: number } | null; shard: { nextRound: number } };
    if (chain !== null && shard.nextRound >= chain.bornRound) return;
    if (Date.now() > deadline) throw new Error("The created chain is not born");
    await sleep(100);
  }
}

/** Waits until everything that was accepted can change no more. */
async function settle(url: string, sent: readonly Sent[]): Promise<void> {
  const deadline = Date.now() + GO_ON_MS_MAX;
  for (;;) {
    const statuses = await statusesOf(
      url,
      sent.filter(({ accepted }) => accepted),
    );
    const open = statuses.filter((one) => one?.status !== "FINAL" && one?.status !== "EXPIRED");
    if (open.length === 0) return;
    if (Date.now() > deadline) {
      const { shard } = await insist(
        url,
        '{ shard(id: "0") { headRound executedRound finalRound nextRound waiting } }',
      );
      const facts = JSON.stringify([shard, open.slice(0, 20)]);
      throw new Error(`${open.length} are not FINAL: ${facts}`);
    }
    await sleep(200);
  }
}
