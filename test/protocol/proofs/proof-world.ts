// Real proofs of a local network with two chains, and the same proofs with parts exchanged: signed again by the real seats, so
// that only the link in question is wrong.
import {
  type AccountProofView,
  type InclusionProofView,
  ProofQueries,
} from "../../../src/actors/proof-queries.ts";
import { type JointHeader, jointHeaderHash } from "../../../src/protocol/blocks/joint-header.ts";
import type { Certificate } from "../../../src/protocol/consensus/messages.ts";
import {
  type AccountProof,
  accountProofCodec,
} from "../../../src/protocol/proofs/account-proof.ts";
import {
  type CommitmentProof,
  type InclusionProof,
  inclusionProofCodec,
} from "../../../src/protocol/proofs/inclusion-proof.ts";
import { TrustedNetwork } from "../../../src/protocol/proofs/trusted-network.ts";
import type { Result } from "../../../src/protocol/result.ts";
import { Bank } from "../../actors/bank.ts";
import { signedCertificate } from "../../actors/forge.ts";

export function shown<T, R extends { readonly code: string }>(result: Result<T, R>): T {
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

/** The refusal as text: its code, and which part of the proof it names. */
export function refusalOf(result: Result<unknown, { readonly code: string }>): string {
  if (result.ok) return "holds";
  const { code, ...fields } = result.refusal;
  const part = "link" in fields ? fields.link : "of" in fields ? fields.of : undefined;
  return part === undefined ? code : `${code} ${part}`;
}

export class ProofWorld {
  readonly bank: Bank;
  readonly network: TrustedNetwork;
  /** Transactions of round 1 on T0 and T1, and one of round 2. */
  readonly ids: readonly Uint8Array[];

  private constructor(bank: Bank, ids: readonly Uint8Array[]) {
    this.bank = bank;
    this.ids = ids;
    this.network = shown(TrustedNetwork.open(bank.net.network.genesisBytes));
  }

  static async open(): Promise<ProofWorld> {
    const bank = await Bank.open({ chains: 2 });
    const ids: Uint8Array[] = [];
    for (let nonce = 0; nonce < 2; nonce++) {
      for (let from = 0; from < 3; from++) ids.push(await bank.send(from, nonce));
    }
    ids.push(await bank.send(0, 0, { chain: 1 }));
    await bank.net.advance(1);
    ids.push(await bank.send(0, 2));
    await bank.net.advance(8);
    return new ProofWorld(bank, ids);
  }

  id(place: number): Uint8Array {
    return this.ids[place] as Uint8Array;
  }

  inclusion(id: Uint8Array): InclusionProofView {
    const view = this.bank.net.shard.read((shard) => ProofQueries.of(shard).inclusion(id, null));
    if (view.kind === "none") throw new Error(`No proof: ${view.why}`);
    return view;
  }

  account(chain: number, address: Uint8Array): AccountProofView {
    const view = this.bank.net.shard.read((shard) =>
      ProofQueries.of(shard).account(chain, address),
    );
    if (view.kind === "none") throw new Error(`No proof: ${view.why}`);
    return view;
  }

  inclusionProof(id: Uint8Array): InclusionProof {
    return shown(inclusionProofCodec.decode(this.inclusion(id).bytes));
  }

  accountProof(chain: number, address: Uint8Array): AccountProof {
    return shown(accountProofCodec.decode(this.account(chain, address).bytes));
  }

  /** A certificate that really is signed; `change` alters what is signed. */
  certify(header: JointHeader, change: Partial<Certificate> = {}): Certificate {
    return signedCertificate(this.bank.net, header, change);
  }

  /** The child header with its only half changed, certified. */
  child(
    { header }: CommitmentProof,
    change: Partial<JointHeader["halves"][number]>,
    headerChange: Partial<JointHeader> = {},
  ): CommitmentProof {
    const halves = header.halves.map((half) => ({ ...half, ...change }));
    const changed = { ...header, ...headerChange, halves };
    return { kind: "childHeader", header: changed, certificate: this.certify(changed) };
  }

  /** The proof about another header: certified, and extended by a child, as if it had been so. */
  rewritten(proof: InclusionProof, change: Partial<JointHeader>): InclusionProof {
    const header = { ...proof.link.header, ...change };
    const head = { round: header.round, hash: jointHeaderHash(header) };
    const epoch = header.epoch;
    const certified = { head, headCertificate: this.certify(header) };
    return {
      ...proof,
      link: { ...proof.link, header },
      commitment: this.child(proof.commitment, certified, { epoch }),
    };
  }
}

const deep = process.env.DEEP !== undefined;

/** Every byte of a proof with one bit flipped, which moves from byte to byte; all eight in the deep run. */
export function* flips(bytes: Uint8Array): Generator<readonly [place: string, Uint8Array]> {
  for (const [at, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) {
      if (deep || bit === at % 8)
        yield [`byte ${at} bit ${bit}`, bytes.with(at, byte ^ (1 << bit))];
    }
  }
}
