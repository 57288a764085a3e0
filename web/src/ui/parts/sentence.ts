/** A server's phrase as a sentence of its own. */
export function sentence(message: string): string {
  return message.charAt(0).toLocaleUpperCase() + message.slice(1) + (/[.!?…]$/u.test(message) ? '' : '.');
}
