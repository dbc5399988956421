// The bugs that the simulator must find: one line each of the rules, the actors or the storage.
import type { Mutant } from "./mutant.ts";
import { ACTORS } from "./mutants/actors.ts";
import { CONSENSUS } from "./mutants/consensus.ts";
import { LEDGER } from "./mutants/ledger.ts";

export const MUTANTS: readonly Mutant[] = [...CONSENSUS, ...LEDGER, ...ACTORS];
