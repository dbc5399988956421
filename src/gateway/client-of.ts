// Who asks, as far as one can tell: an address, or the network of 64 bits that an IPv6 customer has
// to itself. The platform sets the header and takes away what a client puts there.

export function clientOf({ headers }: Request): string | null {
  const address = headers.get("CF-Connecting-IP");
  if (address === null || address === "" || !address.includes(":")) return address || null;
  const [start = ""] = address.split("::");
  const groups = start === "" ? [] : start.split(":");
  return [...groups, "0", "0", "0", "0"].slice(0, 4).join(":");
}
