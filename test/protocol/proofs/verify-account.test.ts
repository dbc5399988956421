import { beforeAll, describe, expect, it } from "vitest";
import { seatSet } from "../../../src/protocol/consensus/seats.ts";
import { accountCodec } from "../../../src/protocol/ledger/account.ts";
import {
  type AccountProof,
  accountProofCodec,
} from "../../../src/protocol/proofs/account-proof.ts";
import { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import {
  type ExpectedAccount,
  verifyAccount,
} from "../../../src/protocol/proofs/verify-account.ts";
import { Bank } from "../../actors/bank.ts";
import { paperAccount } from "../../support/signer.ts";
import { flips, ProofWorld, refusalOf, shown } from "./proof-world.ts";

const NOBODY = paperAccount("nobody").address;

let world: ProofWorld;
let someone: Uint8Array;
let present: AccountProof;
let absent: AccountProof;

beforeAll(async () => {
  world = await ProofWorld.open();
  someone = world.bank.signer(0).address;
  present = world.accountProof(0, someone);
  absent = world.accountProof(0, NOBODY);
});

const verify = (bytes: Uint8Array, expected: ExpectedAccount): string =>
  refusalOf(verifyAccount(world.network, bytes, expected));

/** Of what the altered proof says itself. */
function verdict(proof: AccountProof, change: Partial<AccountProof> = {}): string {
  const altered = { ...proof, ...change };
  return verify(accountProofCodec.encode(altered), altered);
}

describe("an account proof", () => {
  it("R-7.2 R-5.2 shows what an account has, after which round, under which header", () => {
    for (const place of [0, 1, 2]) {
      for (const chain of [0, 1]) {
        const { address } = world.bank.signer(place);
        const view = world.account(chain, address);
        const proven = shown(verifyAccount(world.network, view.bytes, { address }));
        expect(proven.account).toEqual(world.bank.account(place, chain));
        const { round, stateRound, stateRoot, epoch, headerHash, account } = view;
        const said = { round, stateRound, stateRoot, epoch, headerHash, account, chain, address };
        expect(proven).toEqual(said);
      }
    }
    // T0's last transaction was in round 2 and T1's in round 1; their roots came k = 3 rounds later.
    expect(world.account(0, someone)).toMatchObject({ round: 5, stateRound: 2 });
    expect(world.account(1, someone)).toMatchObject({ round: 4, stateRound: 1 });
  });

  it("R-7.2 shows that there is no account", () => {
    for (const chain of [0, 1]) {
      const view = world.account(chain, NOBODY);
      const proven = shown(verifyAccount(world.network, view.bytes, { address: NOBODY }));
      expect(proven).toMatchObject({ account: null, address: NOBODY, chain });
    }
  });

  it.each(["present", "absent"])("R-7.2 any flipped bit is refused: %s", (which) => {
    const proof = which === "present" ? present : absent;
    const bytes = accountProofCodec.encode(proof);
    const held: string[] = [];
    for (const [place, flipped] of flips(bytes)) {
      if (verify(flipped, { address: proof.address }) === "holds") held.push(place);
    }
    expect(held).toEqual([]);
  });

  it("R-7.2 a proof that is cut off or goes on is refused", () => {
    for (const proof of [present, absent]) {
      const bytes = accountProofCodec.encode(proof);
      for (let length = 0; length < bytes.length; length++) {
        expect([length, verify(bytes.slice(0, length), proof)]).toEqual([
          length,
          "PROOF_MALFORMED",
        ]);
      }
      expect(verify(Uint8Array.of(...bytes, 0), proof)).toBe("PROOF_MALFORMED");
    }
  });

  it("R-7.2 a proof of the other kind, or of a later version, is refused as such", () => {
    expect(verify(world.inclusion(world.id(0)).bytes, present)).toBe("PROOF_WRONG_KIND");
    expect(verdict(present, { kind: 3 })).toBe("PROOF_WRONG_KIND");
    expect(verdict(present, { version: 0 })).toBe("PROOF_UNSUPPORTED_VERSION");
  });

  it("R-7.2 a proof of another account or chain, or of an older state, than was asked for is refused", () => {
    const bytes = accountProofCodec.encode(present);
    expect(verify(bytes, { address: someone, chain: 0, stateRoundMin: 2 })).toBe("holds");
    expect(verify(bytes, { address: NOBODY })).toBe("PROOF_OTHER_ADDRESS");
    expect(verify(bytes, { address: someone, chain: 1 })).toBe("PROOF_OTHER_CHAIN");
    expect(verify(bytes, { address: someone, stateRoundMin: 3 })).toBe("PROOF_TOO_OLD");
  });

  it("R-5.2 a header of the first k rounds carries the state of genesis", () => {
    const header = { ...present.link.header, round: 2 };
    const early = { ...present, link: { ...present.link, header } };
    const bytes = accountProofCodec.encode({ ...early, certificate: world.certify(header) });
    const expected = { address: someone, stateRoundMin: 0 };
    expect(shown(verifyAccount(world.network, bytes, expected)).stateRound).toBe(0);
  });

  it("R-7.2 another network's genesis record refuses it", async () => {
    const other = await Bank.open({ chains: 2, k: 2 });
    const network = shown(TrustedNetwork.open(other.net.network.genesisBytes));
    const bytes = accountProofCodec.encode(present);
    expect(refusalOf(verifyAccount(network, bytes, present))).toBe("PROOF_OTHER_NETWORK");
  });
});

describe("a forged account proof", () => {
  it("R-7.2 no other account, and no absence of one that is there", () => {
    const rich = accountCodec.encode({ ...world.bank.account(0), balance: 10n ** 30n });
    expect(verdict(present, { account: rich })).toBe("PROOF_PATH account");
    expect(verdict(present, { account: null })).toBe("PROOF_PATH account");
    expect(verdict(present, { account: new Uint8Array([1, 2, 3]) })).toBe("PROOF_MALFORMED");
    const empty = { ...present, account: null, stateProof: absent.stateProof };
    expect(verdict(empty)).toBe("PROOF_PATH account");
    expect(verdict(absent, { address: someone })).toBe("PROOF_PATH account");
    expect(verdict(absent, { account: present.account })).toBe("PROOF_PATH account");
    expect(verdict(present, { address: world.bank.signer(1).address })).toBe("PROOF_PATH account");
  });

  it("R-7.2 another chain's state, or a root that no header carries, is refused", () => {
    const { chainHeader } = present.link;
    const elsewhere = world.accountProof(1, someone);
    expect(verdict(present, { link: elsewhere.link })).toBe("PROOF_PATH account");
    const stateRoot = chainHeader.stateRoot.map((byte) => byte ^ 1);
    const link = (change: Partial<typeof chainHeader>) => ({
      link: { ...present.link, chainHeader: { ...chainHeader, ...change } },
    });
    expect(verdict(present, link({ stateRoot }))).toBe("PROOF_PATH account");
    expect(verdict(present, link({ chain: 1 }))).toBe("PROOF_PATH chain header");
    expect(verdict(present, link({ round: 6 }))).toBe("PROOF_PATH chain header");
  });

  it("R-3.2 R-4.1 the certificate must be a quorum's commit votes for the header", () => {
    const { header } = present.link;
    const later = { ...header, epoch: 1 };
    const foreign = { ...header, set: 2 };
    const changes: Record<string, Partial<AccountProof>> = {
      "of another header": { certificate: world.accountProof(1, someone).certificate },
      "with one seat less than a quorum": {
        certificate: world.certify(header, { seats: seatSet(4, [1, 3]) }),
      },
      "of prepare votes": { certificate: world.certify(header, { phase: "prepare" }) },
      "of another view": { certificate: { ...world.certify(header), view: 1 } },
      "of a set that does not cover the shard": {
        link: { ...present.link, header: foreign },
        certificate: world.certify(foreign),
      },
    };
    for (const [name, change] of Object.entries(changes)) {
      expect([name, verdict(present, change)]).toEqual([name, "PROOF_CERTIFICATE header"]);
    }
    const link = { ...present.link, header: later };
    const certificate = world.certify(later);
    expect(verdict(present, { link, certificate })).toBe("PROOF_OTHER_EPOCH");
    expect(verdict(present, { certificate: world.certify(header) })).toBe("holds");
  });
});
