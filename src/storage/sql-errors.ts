// What a database says when it fails, as the two errors of the Store port: one that can pass, and one that only an operator
// can mend. Durable Object SQL ends its messages with SQLite's name of the error, node:sqlite gives its number.
import { CorruptStorageError, StorageUnavailableError } from "../actors/ports.ts";

// Every statement is ours and names what `migrate` made: a table or a column that is not there has lost its name to damage.
const CORRUPT =
  /SQLITE_(CORRUPT|NOTADB)|no such (table|column)|has no column|malformed database schema/;
const CORRUPT_NUMBERS: readonly number[] = [11, 26];
const UNAVAILABLE = /SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOMEM|BUSY|LOCKED)/;
const UNAVAILABLE_NUMBERS: readonly number[] = [13, 10, 8, 14, 7, 5, 6];

/** Runs the body; what the database throws in it comes out as an error of the port, all else as it is. */
export function asStorageErrors<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw storageError(error) ?? error;
  }
}

function storageError(error: unknown): Error | null {
  if (!(error instanceof Error)) return null;
  const { message, errcode } = error as Error & { readonly errcode?: number };
  // The lowest byte is the primary code; above it stand details.
  const number = typeof errcode === "number" ? errcode & 0xff : 0;
  if (CORRUPT.test(message) || CORRUPT_NUMBERS.includes(number)) {
    return new CorruptStorageError(`The database is damaged: ${message}`, { cause: error });
  }
  if (UNAVAILABLE.test(message) || UNAVAILABLE_NUMBERS.includes(number)) {
    return new StorageUnavailableError(`Cannot use the database: ${message}`, { cause: error });
  }
  return null;
}
