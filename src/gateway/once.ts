/** Asks at most once, and only when somebody wants to know. Within one request: answers of another's I/O never come. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
