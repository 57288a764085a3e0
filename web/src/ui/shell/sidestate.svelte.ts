const KEPT = 'parlor-side';

/** Whether the side bar is folded away on a wide screen; kept on this device. */
export class SideState {
  hidden = $state(read() === 'hidden');

  hide(): void {
    this.hidden = true;
    write('hidden');
  }

  show(): void {
    this.hidden = false;
    write('shown');
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    // Storage can be forbidden; then the side bar starts shown.
    return null;
  }
}

function write(value: string): void {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // It holds until the page is closed.
  }
}
