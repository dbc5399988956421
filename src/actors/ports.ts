// What the actors need of the world, as ports: implemented by a Durable Object, by the simulator and by tests.

/** A value that is no promise: what a synchronous transaction may return. */
export type Synchronous<T> = T extends PromiseLike<unknown> ? never : T;

export interface KeyRange {
  /** Inclusive. */
  readonly from?: Uint8Array;
  /** Exclusive. */
  readonly to?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit: number;
}

/** Values by byte-string keys in lexicographic order. A value holds at most 1 MiB. */
export interface Table {
  get(key: Uint8Array): Uint8Array | undefined;
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
  range(range: KeyRange): (readonly [key: Uint8Array, value: Uint8Array])[];
}

/** The tables of a replica. A validator set has a second one, of its other shard, in tables of their own. */
export const REPLICA_TABLES = [
  "meta",
  "pages",
  "chains",
  "headers",
  "blocks",
  "inclusions",
  "undo",
  "validators",
] as const;
type ReplicaTable = (typeof REPLICA_TABLES)[number];
export type SecondTable = `${ReplicaTable}_2`;
const SECOND_TABLES = REPLICA_TABLES.map((name) => `${name}_2`) as readonly SecondTable[];

/** The tables of all actors; each uses its own. */
export const TABLES = [
  ...REPLICA_TABLES,
  ...SECOND_TABLES,
  "receipts",
  "places",
  "history",
  "left",
  "mempool",
  "instances",
  "results",
  "notarised",
  "epochs",
  "activations",
  "saturation",
  "seats",
] as const;
export type TableName = (typeof TABLES)[number];

/** The store of a set's second replica: the same tables under their other names. */
export const secondReplica = (store: Store): Store => ({
  transaction: (body) => store.transaction(body),
  table: (name) => store.table(`${name as ReplicaTable}_2`),
});

/** What is stored is not what was written. No step may go on with it, and only an operator can mend it. */
export class CorruptStorageError extends Error {
  override readonly name = "CorruptStorageError";
}

/** The database cannot be read or written now, as on a full disk. The step that met it has left nothing. */
export class StorageUnavailableError extends Error {
  override readonly name = "StorageUnavailableError";
}

/** Durable storage of one actor. Throws the two errors above, whatever database is under it. */
export interface Store {
  /**
   * Runs the body as one transaction: all its writes or, if it throws, none. The type refuses an asynchronous body, whose
   * writes after an `await` would stand outside.
   */
  transaction<T>(body: () => Synchronous<T>): T;
  table(name: TableName): Table;
}

/** Milliseconds since 1970; rounds come from it. */
export interface Clock {
  now(): number;
}

export interface Timers {
  /** Runs the body once, so many ms from now; answers how to call that off. Forgotten with the life that asked. */
  after(delayMs: number, body: () => void): () => void;
}

export interface Log {
  /** A structured line for operators. */
  write(event: string, fields: Readonly<Record<string, unknown>>): void;
}
