// What of a joint header does not depend on any shard's state: each check on its own, on headers of one half and of two.
import { describe, expect, it } from "vitest";
import {
  checkJointHeader,
  type ExpectedHeader,
} from "../../../src/protocol/blocks/check-joint-header.ts";
import {
  type Half,
  JOINT_HEADER_VERSION,
  type JointHeader,
  joinHalves,
  payloadRoot,
} from "../../../src/protocol/blocks/joint-header.ts";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../../src/protocol/encoding/bytes.ts";
import { merkleRoot } from "../../../src/protocol/merkle/transaction-tree.ts";

const networkId = sha256(utf8("network"));
const duty = { shards: [1, 4], isOnRootDuty: true };
const expected = { networkId, epoch: 3, set: 5, round: 70, viewMax: 2, ...duty };

const half = (shard: number): Half => ({
  shard,
  head: { round: 60 + shard, hash: sha256(utf8(`head of ${shard}`)) },
  headCertificate: null,
  crossRoot: sha256(utf8("cross")),
  chainsRoot: sha256(utf8(`chains of ${shard}`)),
  chainCount: 1,
  partnerPayloadRoot: null,
  load: { transactions: 1, bytes: 200 },
  trades: [],
  merkleChainRead: null,
});

/** A half alone lists nothing that touches another shard. */
const lone = (shard: number): Half => ({ ...half(shard), crossRoot: merkleRoot([]) });
const OTHER = { crossRoot: sha256(utf8("another cross root")) };

const header = (halves: readonly Half[], change: Partial<JointHeader> = {}): JointHeader => ({
  version: JOINT_HEADER_VERSION,
  networkId,
  epoch: 3,
  set: 5,
  round: 70,
  view: 1,
  halves,
  merkleChain: null,
  ...change,
});

const both = joinHalves(networkId, 3, [half(4), half(1)]);
const [first, second] = both as [Half, Half];
function why(of: JointHeader, change: Partial<ExpectedHeader> = {}): string | null {
  const refusal = checkJointHeader(of, { ...expected, ...change });
  return refusal?.code === "INVALID_BLOCK" ? refusal.check : null;
}

describe("a joint header", () => {
  it("R-3.5 has one half or two, each with the other's payload root", () => {
    expect(both.map(({ shard }) => shard)).toEqual([1, 4]);
    expect(first.partnerPayloadRoot).toEqual(payloadRoot(networkId, 3, half(4)));
    expect(second.partnerPayloadRoot).toEqual(payloadRoot(networkId, 3, half(1)));
    expect(why(header(both))).toBeNull();
    expect(why(header([lone(1)]))).toBeNull();
    expect(why(header([lone(4)]))).toBeNull();
  });

  const merkleChain = {
    head: { round: 69, hash: sha256(utf8("head of the MerkleChain")) },
    headCertificate: null,
    blockHash: sha256(utf8("block")),
    bodyHash: sha256(utf8("body")),
  };
  it("R-7.1 has the MerkleChain's part, with halves or alone, on T0's duty only", () => {
    for (const halves of [both, [lone(1)], []]) {
      expect(why(header(halves, { merkleChain }))).toBeNull();
      const elsewhere = why(header(halves, { merkleChain }), { isOnRootDuty: false });
      expect(elsewhere).toBe("the MerkleChain's part is on T0's duty");
    }
  });

  const CROSS = "both halves list the same cross-shard transactions";
  it.each([
    ["R-4.4 halves with other cross-shard transactions", header([first, { ...second, ...OTHER }])],
    ["R-3.6 cross-shard transactions in a half alone", header([half(1)])],
  ])("%s is refused", (_, of) => {
    const { halves } = of;
    const joined = { ...of, halves: joinHalves(networkId, 3, halves) };
    expect(why(joined)).toBe(CROSS);
  });

  const ROOT = "each half carries the other's payload root";
  it.each([
    ["R-3.5 a half alone that names a partner", header([first]), ROOT],
    ["R-3.5 a half that does not name its partner", header([half(1), second]), ROOT],
    ["R-3.5 two halves that name nobody", header([half(1), half(4)]), ROOT],
    [
      "R-3.5 a half that names itself",
      header([{ ...first, partnerPayloadRoot: payloadRoot(networkId, 3, first) }, second]),
      ROOT,
    ],
    [
      "R-3.5 the payload root of another epoch",
      header([{ ...first, partnerPayloadRoot: payloadRoot(networkId, 4, second) }, second]),
      ROOT,
    ],
    [
      "R-3.5 a partner with other chains",
      header([first, { ...second, chainsRoot: sha256(utf8("other chains")) }]),
      ROOT,
    ],
    ["R-3.5 halves in the other order", header([second, first]), "halves ascend by shard"],
    ["R-3.5 one shard twice", header([first, first]), "halves ascend by shard"],
    ["R-3.5 nothing", header([]), "it has a half or a part"],
    ["R-3.5 three halves", header([first, second, half(9)]), "one half a shard"],
    ["R-4.4 another shard", header([half(2)]), "the set covers the shards"],
    ["R-4.4 another set", header(both, { set: 6 }), "the set is on duty"],
    ["R-4.4 another round", header(both, { round: 71 }), "the round is this one"],
    ["R-3.7 another epoch", header(both, { epoch: 2 }), "the epoch is this one"],
    ["R-4.2 a view to come", header(both, { view: 3 }), "the view has begun"],
    ["R-2.3 another version", header(both, { version: 2 }), "the version is known"],
    [
      "R-2.3 another network",
      header(both, { networkId: sha256(utf8("another")) }),
      "the network is this one",
    ],
  ])("%s is refused", (_, of, check) => {
    expect(why(of)).toBe(check);
  });
});
