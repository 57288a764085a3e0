/** The host that an address leads to, as it is written in the net: what a page says of itself can't change it. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host.replace(/^www\./u, '');
  } catch {
    return url;
  }
}
