// R-2.10: a new token with its own chain. Execution assigns the next id and the shard; the record goes into T0's registry,
// whence the directory takes it, and into the chain's own state with the creator's supply.
import { codec, decodeStored, u32 } from "../encoding/codec.ts";
import { chainKey, tokenCountKey, tokenKey } from "../merkle/state-key.ts";
import { ROOT_CHAIN } from "./chain-id.ts";
import { type ChainRecord, chainRecordCodec } from "./chain-record.ts";
import type { ChainState } from "./chain-state.ts";
import type { CreateToken } from "./payload.ts";
import type { Movement } from "./receipt.ts";

const CHAIN_ID_MAX = 0xffff_ffff;
export const tokenCountCodec = codec<number>("token count", u32, 4);

interface CreationContext {
  readonly state: ChainState;
  readonly placement: { readonly shard: number; readonly bornRound: number };
  created(record: ChainRecord): void;
}

export function createToken(
  { state, placement, created }: CreationContext,
  creator: Uint8Array,
  { symbol, name, decimals, supply, reserveDefault, gasPriceMin }: CreateToken,
):
  | { readonly reason: "executed"; readonly movements: readonly Movement[] }
  | { readonly reason: "chainIdsExhausted"; readonly chain: number } {
  const stored = state.get(ROOT_CHAIN, tokenCountKey());
  // The genesis record writes the count; T0 itself is token 0.
  const chain = stored === null ? 1 : decodeStored(tokenCountCodec, stored);
  if (chain >= CHAIN_ID_MAX) return { reason: "chainIdsExhausted", chain: ROOT_CHAIN };
  const record: ChainRecord = {
    chain,
    ...placement,
    symbol,
    name,
    decimals,
    supply,
    creator,
    reserveDefault,
    gasPriceMin,
  };
  const bytes = chainRecordCodec.encode(record);
  state.set(ROOT_CHAIN, tokenCountKey(), tokenCountCodec.encode(chain + 1));
  state.set(ROOT_CHAIN, tokenKey(chain), bytes);
  state.set(chain, chainKey(), bytes);
  const owner = state.account(chain, creator);
  state.setAccount(chain, creator, { ...owner, balance: supply });
  created(record);
  return {
    reason: "executed",
    movements: [
      {
        chain,
        from: { kind: "issuance" },
        to: { kind: "account", address: creator },
        amount: supply,
      },
    ],
  };
}
