// what an account proof shows to somebody who trusts the genesis record alone.
import { jointHeaderHash } from "../blocks/joint-header.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { type Account, accountCodec } from "../ledger/account.ts";
import { accountKey } from "../merkle/state-key.ts";
import { verifyAbsence, verifyPresence } from "../merkle/state-proof.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type AccountProof, accountProofCodec } from "./account-proof.ts";
import { linkedHalf } from "./header-link.ts";
import { decodeProof, ProofKind } from "./proof-codec.ts";
import type { ProofRefusal } from "./refusals.ts";
import type { TrustedNetwork } from "./trusted-network.ts";

/**
 * What the caller asked for: a proof of something else is refused. The address must be said: what shows that one account does not
 * exist shows the same for others, so a proof alone does not tell which of them was asked for.
 */
export interface ExpectedAccount {
  readonly address: Uint8Array;
  readonly chain?: number | undefined;
  /** The state must be that after this round or a later one. */
  readonly stateRoundMin?: number | undefined;
}

export interface ProvenAccount {
  readonly address: Uint8Array;
  readonly chain: number;
  /** null: the state has no such account, which holds nothing and has done nothing. */
  readonly account: Account | null;
  /** the proof shows the state after this round, k before the header's. */
  readonly stateRound: number;
  readonly stateRoot: Uint8Array;
  readonly round: number;
  readonly epoch: number;
  /** The hash of the joint header that carries the root. */
  readonly headerHash: Uint8Array;
}

/** the round after which a header of `round` carries the state. */
export const carriedStateRound = (round: number, k: number): number => Math.max(0, round - k);

export function verifyAccount(
  network: TrustedNetwork,
  bytes: Uint8Array,
  expected: ExpectedAccount,
): Result<ProvenAccount, ProofRefusal> {
  const decoded = decodeProof(accountProofCodec, ProofKind.account, bytes);
  if (!decoded.ok) return decoded;
  const proof = decoded.value;
  const { chainHeader, header } = proof.link;
  const foreign = network.refusalOf(header);
  if (foreign !== null) return refuse(foreign);
  const account = proof.account === null ? null : accountCodec.decode(proof.account);
  if (account?.ok === false) return refuse({ code: "PROOF_MALFORMED", bytes: bytes.length });
  const stateRound = carriedStateRound(header.round, network.genesis.epoch.k);
  const other = notAsked(proof, stateRound, expected);
  if (other !== null) return refuse(other);
  if (!isInState(proof)) return refuse({ code: "PROOF_PATH", link: "account" });
  const half = linkedHalf(proof.link);
  if (half === undefined) return refuse({ code: "PROOF_PATH", link: "chain header" });
  const headerHash = jointHeaderHash(header);
  if (!network.certifies(proof.certificate, header, headerHash, half.shard)) {
    return refuse({ code: "PROOF_CERTIFICATE", of: "header" });
  }
  return accept({
    address: proof.address,
    chain: chainHeader.chain,
    account: account === null ? null : account.value,
    stateRound,
    stateRoot: chainHeader.stateRoot,
    round: header.round,
    epoch: header.epoch,
    headerHash,
  });
}

function notAsked(
  { address, link }: AccountProof,
  stateRound: number,
  expected: ExpectedAccount,
): ProofRefusal | null {
  const { chain } = link.chainHeader;
  if (expected.chain !== undefined && chain !== expected.chain) {
    return { code: "PROOF_OTHER_CHAIN", chain };
  }
  if (!equalBytes(address, expected.address)) {
    return { code: "PROOF_OTHER_ADDRESS", address: toHex(address) };
  }
  const { stateRoundMin } = expected;
  if (stateRoundMin !== undefined && stateRound < stateRoundMin) {
    return { code: "PROOF_TOO_OLD", stateRound, stateRoundMin };
  }
  return null;
}

function isInState({ address, account, stateProof, link }: AccountProof): boolean {
  const { stateRoot } = link.chainHeader;
  const key = accountKey(address);
  return account === null
    ? verifyAbsence(stateRoot, key, stateProof)
    : verifyPresence(stateRoot, key, account, stateProof);
}
