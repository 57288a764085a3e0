// Small choices about the screen, kept on this device.

export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(`parlor-${name}`);
  } catch {
    // Storage can be forbidden; then every page begins anew.
    return null;
  }
}

/** Null forgets it. */
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`parlor-${name}`);
    else localStorage.setItem(`parlor-${name}`, value);
  } catch {
    // It holds until the page is closed.
  }
}
