/** Makes words for people of a name for machines. */

/** `get_order_status` reads "get order status". */
export function readable(name: string): string {
  return name.replace(/[_-]+|(?<=[a-z])(?=[A-Z])/g, ' ').trim();
}
