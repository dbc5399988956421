import { beforeAll, describe, expect, it } from "vitest";
import { Network } from "../../../src/actors/network.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../../src/protocol/blocks/joint-header.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import { type Genesis, genesisCodec, genesisHash } from "../../../src/protocol/rounds/epoch.ts";
import { Bank } from "../../actors/bank.ts";
import { signedCertificate } from "../../actors/forge.ts";
import type { LocalNetwork } from "../../actors/local-network.ts";
import { refusalOf, shown } from "./proof-world.ts";

let net: LocalNetwork;
let bytes: Uint8Array;

beforeAll(async () => {
  ({ net } = await Bank.open());
  bytes = net.network.genesisBytes;
});

type Seat = Genesis["epoch"]["sets"][number]["seats"][number];

const withSeat = (place: number, change: object) => {
  const { genesis } = net.network;
  const sets = genesis.epoch.sets.map((set) => ({
    ...set,
    seats: set.seats.map((seat, i) => (i === place ? { ...seat, ...change } : seat)),
  }));
  return genesisCodec.encode({ ...genesis, epoch: { ...genesis.epoch, sets } });
};

describe("the genesis record that a light client trusts", () => {
  it("R-7.2 gives the network its id", () => {
    const network = shown(TrustedNetwork.open(bytes));
    expect(network.id).toEqual(genesisHash(bytes));
    expect(network.id).toEqual(net.network.id);
    expect(refusalOf(TrustedNetwork.open(bytes, network.id))).toBe("holds");
  });

  it("R-7.2 is refused if it is not the one that was expected", () => {
    const other = { ...net.network.genesis, name: "other" };
    const result = TrustedNetwork.open(genesisCodec.encode(other), net.network.id);
    const networkId = toHex(genesisHash(genesisCodec.encode(other)));
    expect(result).toEqual({ ok: false, refusal: { code: "GENESIS_OTHER_NETWORK", networkId } });
  });

  it("R-7.2 is refused if it is no genesis record, or has a key that is none", () => {
    expect(refusalOf(TrustedNetwork.open(bytes.slice(1)))).toBe("GENESIS_MALFORMED");
    expect(refusalOf(TrustedNetwork.open(new Uint8Array()))).toBe("GENESIS_MALFORMED");
    const noKey = withSeat(2, { publicKey: new Uint8Array(96).fill(1) });
    expect(refusalOf(TrustedNetwork.open(noKey))).toBe("GENESIS_MALFORMED");
  });

  it("R-7.2 is refused if it is of another format", () => {
    const later = genesisCodec.encode({ ...net.network.genesis, version: 2 });
    expect(refusalOf(TrustedNetwork.open(later))).toBe("GENESIS_UNSUPPORTED_VERSION");
  });

  it("R-3.3 says which set's word counts for which shard", () => {
    const { genesis } = net.network;
    const [first] = genesis.epoch.sets;
    if (first === undefined) throw new Error("There is no set");
    const sets = [first, { ...first, set: 2, shards: [1] }, { ...first, set: 3, shards: [0, 1] }];
    const several = genesisCodec.encode({ ...genesis, epoch: { ...genesis.epoch, sets } });
    const network = shown(TrustedNetwork.open(several));
    const signers = { network: new Network(several) } as LocalNetwork;
    const certified = (set: number, shard: number): boolean => {
      const header: JointHeader = {
        version: JOINT_HEADER_VERSION,
        networkId: network.id,
        epoch: 0,
        set,
        round: 9,
        view: 0,
        halves: [],
        merkleChain: null,
      };
      const certificate = signedCertificate(signers, header);
      return network.certifies(certificate, header, jointHeaderHash(header), shard);
    };
    expect([1, 2, 3, 4].map((set) => certified(set, 0))).toEqual([true, false, true, false]);
    expect([1, 2, 3, 4].map((set) => certified(set, 1))).toEqual([false, true, true, false]);
  });

  it("R-4.1 is refused if any seat's holder has not proven to know its secret", () => {
    const seats = net.network.epoch.sets[0]?.seats ?? [];
    expect(seats).toHaveLength(4);
    for (const place of seats.keys()) {
      const { proofOfPossession } = seats[(place + 1) % seats.length] as Seat;
      const stolen = withSeat(place, { proofOfPossession });
      expect(refusalOf(TrustedNetwork.open(stolen))).toBe("GENESIS_WITHOUT_POSSESSION");
    }
  });
});
