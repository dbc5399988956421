// A list of byte strings in one stored value, from which one item is read without decoding the others:
// count (u32), offsets (u32 each), items.
export function packList(items: readonly Uint8Array[]): Uint8Array {
  const head = 4 * (items.length + 1);
  const packed = new Uint8Array(items.reduce((sum, item) => sum + item.length, head));
  const view = new DataView(packed.buffer);
  view.setUint32(0, items.length);
  let offset = head;
  for (const [index, item] of items.entries()) {
    packed.set(item, offset);
    offset += item.length;
    view.setUint32(4 * (index + 1), offset);
  }
  return packed;
}

/** undefined if the list has no such item. */
export function unpackItem(packed: Uint8Array, index: number): Uint8Array | undefined {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const count = view.getUint32(0);
  if (index < 0 || index >= count) return undefined;
  const start = index === 0 ? 4 * (count + 1) : view.getUint32(4 * index);
  return packed.subarray(start, view.getUint32(4 * (index + 1)));
}
