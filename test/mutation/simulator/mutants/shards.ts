// Bugs of what several shards have between them: duty, joint blocks, replicas of both shards in a set, and following.
import type { Mutant } from "../mutant.ts";

export const SHARDS: readonly Mutant[] = [
  {
    name: "timetable-off-by-one-round",
    breaks: "R-3.4 the circle begins with the pivot m-1",
    file: "src/protocol/rounds/pairing.ts",
    line: "const pivot = modulo(elapsed - 1, length);",
    replacement: "const pivot = modulo(elapsed, length);",
  },
  {
    name: "lone-shard-always-with-one-set",
    breaks: "R-3.4 every set serves the shard that sits out equally",
    file: "src/protocol/rounds/pairing.ts",
    line: "return modulo(place + 1 + modulo(cycle, distances), count);",
    replacement: "return modulo(place + 1 + modulo(cycle, 1), count);",
  },
  {
    name: "watcher-never-told",
    breaks: "R-10.1 every set follows the blocks that others made",
    file: "src/actors/watchers.ts",
    line: 'outbox.call({ kind: "validatorSet", set: watcher.set }, { kind: "follow", of, round });',
    replacement:
      'if (watcher.set < 2) outbox.call({ kind: "validatorSet", set: 1 }, { kind: "follow", of, round });',
  },
  {
    name: "told-k-rounds-too-late",
    breaks: "R-10.1 within k rounds",
    file: "src/actors/watchers.ts",
    line: "return network.epochs.roundStartMs(this.#unwatched.first + network.k);",
    replacement: "return network.epochs.roundStartMs(this.#unwatched.first + 2 * network.k + 1);",
  },
  {
    name: "voters-not-told-to-follow",
    breaks: "R-10.1 the set's object hands it on to the other voters",
    file: "src/actors/validator-set.ts",
    line: "if (isNews && this.#others.setObject === null) this.#others.broadcast(request);",
    replacement: "if (isNews && this.#others.count < 0) this.#others.broadcast(request);",
  },
  {
    name: "settled-with-the-first-shard",
    breaks: "R-4.3 an instance ends only when every shard with a half has decided",
    file: "src/actors/instance-parties.ts",
    line: "return this.unsettled.length === 0;",
    replacement: "return this.unsettled.length < this.settlements.length;",
  },
  {
    name: "partner-payload-unchecked",
    breaks: "R-3.5 each half carries the payload root of the other",
    file: "src/protocol/blocks/check-joint-header.ts",
    line: "return equalBytes(named, payloadRoot(networkId, epoch, partner));",
    replacement: "return named.length === payloadRoot(networkId, epoch, partner).length;",
  },
  {
    name: "second-replica-forgets-its-undo",
    breaks: "R-5.1 each replica of a set has its own state after round n-k",
    file: "src/actors/ports.ts",
    line: `table: (name) => store.table(\`\${name as ReplicaTable}_2\`),`,
    replacement: `table: (name) => store.table(name === "undo" ? "undo" : \`\${name as ReplicaTable}_2\`),`,
  },
  {
    name: "half-of-a-set-off-duty",
    breaks: "R-3.4 a shard takes blocks of the set on duty alone",
    file: "src/actors/shard-commits.ts",
    line: "if (header.set !== set || network.dutyOf(this.#shard, round).set !== set) {",
    replacement: "if (header.set !== set) {",
  },
  {
    name: "first-half-notarised-for-every-shard",
    breaks: "R-7.1 a joint header is notarised for each shard by its own half",
    file: "src/protocol/blocks/merkle-chain-body.ts",
    line: "const half = header?.halves.find((one) => one.shard === shard);",
    replacement: "const half = header?.halves.find((one) => one.shard >= 0);",
  },
  {
    name: "body-of-the-other-shard",
    breaks: "R-4.5 a shard gets its own body of a joint block",
    file: "src/actors/certified-parts.ts",
    line: "const shardBlocks = block.shardBlocks.filter(({ shard }) => shard === party);",
    replacement:
      "const shardBlocks = block.shardBlocks.filter(({ shard }) => shard <= Number(party)).slice(0, 1);",
  },
  {
    name: "candidates-of-both-shards-mixed-up",
    breaks: "R-4.4 each half is formed of its own shard's candidates",
    file: "src/actors/preparation.ts",
    line: "return 2 * round + this.#ports.sides.indexOf(side);",
    replacement: "return 2 * round + 0 * this.#ports.sides.indexOf(side);",
  },
];
