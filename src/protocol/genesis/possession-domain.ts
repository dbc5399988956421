// The domain of the proofs of possession in a genesis record: its network's id is the hash of the record that holds them, so
// they name the network by the hash of its name.
import { sha256 } from "../crypto/sha256.ts";
import { utf8 } from "../encoding/bytes.ts";

export const possessionDomain = (networkName: string): Uint8Array => sha256(utf8(networkName));
