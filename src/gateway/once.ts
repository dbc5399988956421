// A question that is asked when somebody wants to know, and then only once.

/** Within one request only: the answer to another request's I/O never comes. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
