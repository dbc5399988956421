import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import { accountKey } from "../../src/protocol/merkle/state-key.ts";
import { type StateChange, StateTree } from "../../src/protocol/merkle/state-tree.ts";
import { repeat, type Task } from "./micro-task.ts";

const keyOf = (index: number): Uint8Array =>
  accountKey(sha256(utf8(`account ${index}`)).subarray(0, 20));

/** The tree alone: its pages in a map, nothing stored. */
export function stateTasks(accounts: number): Task[] {
  const pages = new Map<string, Uint8Array>();
  const tree = new StateTree({
    get: (prefix) => pages.get(prefix),
    put: (prefix, page) => void pages.set(prefix, page),
    delete: (prefix) => void pages.delete(prefix),
  });
  let version = 0n;
  const change = (index: number): StateChange => ({
    key: keyOf(index),
    value: accountCodec.encode({ ...EMPTY_ACCOUNT, balance: 10n ** 12n + version }),
  });
  for (let at = 0; at < accounts; at += 50_000) {
    const batch = Math.min(50_000, accounts - at);
    tree.update(Array.from({ length: batch }, (_, i) => change(at + i)));
  }
  let next = 0;
  const anyone = (): number => {
    next = (next + 7_919) % accounts;
    return next;
  };
  const update = (count: number): Task => ({
    name: `state of ${accounts}: update an account, ${count} at once`,
    count,
    run() {
      version += 1n;
      tree.update(Array.from({ length: count }, () => change(anyone())));
    },
  });
  return [
    update(100),
    update(1_000),
    {
      name: `state of ${accounts}: read an account`,
      count: 100,
      run: () => repeat(100, () => tree.get(keyOf(anyone()))),
    },
    {
      name: `state of ${accounts}: prove an account`,
      count: 10,
      run: () => repeat(10, () => tree.prove(keyOf(anyone()))),
    },
  ];
}
